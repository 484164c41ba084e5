"""`velox record`: from a test run to a verdict that was not possible before."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

MODEL = (
    "class Line:\n    def __init__(self, name):\n        self.name = name\n"
    "class Order:\n    def __init__(self, names):\n        self.lines = [Line(n) for n in names]\n"
)
PICK = (
    "def pick(order, wanted):\n    out = []\n    for item in order.lines:\n"
    "        if item.name in wanted:\n            out.append(item.name)\n    return out\n"
)
TESTS = (
    "from pick import pick\nfrom model import Order\n"
    "def test_pick():\n    for n in range(40):\n        names = ['abcdefg'[i * n % 7] for i in range(n)]\n"
    "        assert pick(Order(names), ['a', 'b']) == [x for x in names if x in 'ab']\n"
)


def test_foreign_objects_can_be_verified_once_calls_are_recorded(velox: RunVelox, tmp_path: Path) -> None:
    """No search finds an Order; the tests have some. List, clear and staleness follow."""
    for name, text in (("model.py", MODEL), ("pick.py", PICK), ("test_pick.py", TESTS)):
        (tmp_path / name).write_text(text)
    (tmp_path / "same.py").write_text(PICK)
    (tmp_path / "other.py").write_text(PICK.replace("in wanted:", "in wanted and len(out) < 3:"))
    verify = (
        "verify",
        "pick.py",
        "same.py",
        "--function",
        "pick",
        "--budget",
        "2",
        "--format",
        "json",
        "--no-tests",
    )
    before = velox(*verify)
    # Objects made up from what the function asks of them may do, but nobody's real ones are among them.
    assert before.code == 3 or before.document["evidence"]["recorded"] == 0
    recorded = velox(
        "record", "--format", "json", "--", sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"
    )
    assert (recorded.code, recorded.document["processes"]) == (0, 1)
    answer = velox(*verify)
    assert answer.code == 0
    assert answer.document["evidence"]["recorded"] >= 20
    assert velox("verify", "pick.py", "other.py", *verify[3:]).code == 1
    (row,) = [
        r for r in velox("record", "--list", "--format", "json").document["functions"] if r["name"] == "pick"
    ]
    assert row["stale"] is None
    (tmp_path / "pick.py").write_text(PICK.replace("order, wanted", "order, wanted, more=0"))
    rows = velox("record", "--list", "--format", "json").document["functions"]
    assert "parameters changed" in next(r["stale"] for r in rows if r["name"] == "pick")
    assert velox("record", "--clear", "--format", "json").document["cleared"] == len(rows)


def test_a_failing_command_and_a_missing_one(velox: RunVelox, tmp_path: Path) -> None:
    """The command's failure is a negative answer; a command that cannot start is wrong use."""
    failed = velox("record", "--format", "json", "--", sys.executable, "-c", "raise SystemExit(7)")
    assert (failed.code, failed.document["exit_code"]) == (1, 7)
    missing = velox("record", "--format", "json", "--", "no-such-command-anywhere")
    assert (missing.code, missing.document["error"]["code"]) == (2, "bad-command")
    assert velox("record", "--format", "json").code == 2
