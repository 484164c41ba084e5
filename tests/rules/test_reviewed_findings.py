"""The findings from real packages that were read by hand, each with a verdict and a reason."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from velox_engine.rules import RULES

LIST = Path(__file__).with_name("reviewed_findings.tsv")
FIGURES = Path(__file__).parents[2] / "docs" / "performance.md"


def test_the_list_is_whole_and_its_shares_are_those_of_the_docs() -> None:
    """At least two hundred findings of known rules; docs/performance.md reports the counts that stand here."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 200
    assert {row["rule"] for row in rows} <= {rule.id for rule in RULES}
    assert all(row["reason"] and row["package"] and int(row["line"]) > 0 for row in rows)
    verdicts = Counter(row["verdict"] for row in rows)
    assert set(verdicts) == {"right", "wrong", "worthless"}
    told = re.search(r"(\d+) right, (\d+) worthless, (\d+) wrong", FIGURES.read_text(encoding="utf-8"))
    assert told is not None
    assert [int(count) for count in told.groups()] == [
        verdicts["right"],
        verdicts["worthless"],
        verdicts["wrong"],
    ]
