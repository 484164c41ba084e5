"""What must not change: each function under unchanged/ gets no rewrite from the strategy its file is named after."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import STRATEGIES, propose

FOLDER = Path(__file__).parent / "unchanged"


def cases() -> list[tuple[str, str, str]]:
    """(strategy, reason, code): a case starts at a comment in column 0, which says why it must stay."""
    found = []
    for file in sorted(FOLDER.glob("*.txt")):
        for case in re.split(r"^(?=# )", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
            if case.strip():
                reason, code = case.split("\n", 1)
                found.append((file.stem, reason.removeprefix("# "), code))
    return found


@pytest.mark.parametrize(
    ("strategy", "reason", "code"), cases(), ids=lambda value: value if " " not in value else None
)
def test_function_is_left_alone(strategy: str, reason: str, code: str) -> None:
    """The strategy proposes nothing where its rewrite would be wrong or pointless."""
    ast.parse(code)
    candidates = propose(SourceFile.from_text(code), "f", strategy=strategy)
    assert [candidate.new_source for candidate in candidates] == [], reason


def test_every_strategy_has_negative_cases() -> None:
    """No strategy goes without functions that it must leave alone."""
    assert {strategy.id for strategy in STRATEGIES} == {file.stem for file in FOLDER.glob("*.txt")}
