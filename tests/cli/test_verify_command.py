"""`velox verify` and `velox inputs`: equal, different and undecidable pairs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

OLD = "def total(xs: list[int]) -> int:\n    s = 0\n    for x in xs:\n        s = s + x\n    return s\n"


def compare(velox: RunVelox, folder: Path, old: str, new: str, *more: str) -> tuple[int, dict]:
    """Verify two texts of `total` or whatever function `more` names."""
    (folder / "old.py").write_text(old)
    (folder / "new.py").write_text(new)
    name = more[0] if more else "total"
    answer = velox("verify", "old.py", "new.py", "--function", name, *more[1:], "--format", "json")
    return answer.code, answer.document


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("def total(xs: list[int]) -> float:\n    return float(sum(xs))\n", "1.0 is not 1"),
        ("def total(xs: list[int]) -> int:\n    xs.sort()\n    return sum(xs)\n", "the argument is changed"),
        (
            "def total(xs: list[int]) -> int:\n    return sum(xs[:-1]) + (xs[-1] if xs else 1)\n",
            "empty differs",
        ),
        ("def total(xs: list[int]) -> int:\n    print('hi')\n    return sum(xs)\n", "it prints"),
        ("def total(xs: list[int]) -> int:\n    while True: pass\n", "it never ends"),
        ("import os\ndef total(xs: list[int]) -> int:\n    os._exit(0)\n", "it leaves"),
        (
            "class Yes(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\n"
            "def total(xs: list[int]) -> int:\n    return Yes(7)\n",
            "equality is not believed",
        ),
    ],
)
def test_different_behaviour_is_refuted(velox: RunVelox, tmp_path: Path, new: str, why: str) -> None:
    """Each rewrite differs in a way a careless comparison misses."""
    code, document = compare(velox, tmp_path, OLD, new)
    assert (code, document["status"]) == (1, "refuted"), why
    assert document["counterexample"]["inputs"].startswith("(")


def test_equal_behaviour_is_verified_and_timed(velox: RunVelox, tmp_path: Path) -> None:
    """The builtin does the same, faster."""
    code, document = compare(velox, tmp_path, OLD, "def total(xs: list[int]) -> int:\n    return sum(xs)\n")
    assert (code, document["status"]) == (0, "verified")
    assert document["evidence"]["inputs"] >= 20
    assert document["faster"] is True
    assert document["speedup"]["low"] > 1


def test_same_text_is_verified_and_not_faster(velox: RunVelox, tmp_path: Path) -> None:
    """A function is equal to itself and no faster than itself."""
    code, document = compare(velox, tmp_path, OLD, OLD)
    assert (code, document["status"], document["faster"]) == (0, "verified", False)


@pytest.mark.parametrize(
    "body",
    [
        "    return str({str(x) for x in range(40)})\n",
        "    import time\n    return time.time()\n",
        "    return lambda: xs\n",
    ],
)
def test_what_cannot_be_compared_is_unverifiable(velox: RunVelox, tmp_path: Path, body: str) -> None:
    """Hash order, time and functions give no verdict, and the reason is said."""
    text = f"def total(xs: list[int]):\n{body}"
    code, document = compare(velox, tmp_path, text, text)
    assert (code, document["status"]) == (3, "unverifiable")
    assert document["reason"]


def test_given_inputs_are_used_besides_its_own(velox: RunVelox, tmp_path: Path) -> None:
    """A difference that only a given input shows is found."""
    (tmp_path / "inputs.txt").write_text("([123456789, 987654321],)\n")
    new = OLD.replace("return s", "return s + (xs == [123456789, 987654321])")
    code, document = compare(velox, tmp_path, OLD, new, "total", "--inputs", "inputs.txt")
    assert code == 1
    assert "123456789" in document["counterexample"]["inputs"]


def test_bad_inputs_file_names_the_line(velox: RunVelox, tmp_path: Path) -> None:
    """A line that is no argument tuple is an error with its number."""
    (tmp_path / "inputs.txt").write_text("([1],)\nnot a tuple(\n")
    code, document = compare(velox, tmp_path, OLD, OLD, "total", "--inputs", "inputs.txt")
    assert code == 2
    assert "line 2" in document["error"]["message"]


def test_inputs_evaluate_back(velox: RunVelox, tmp_path: Path) -> None:
    """What `velox inputs` prints is Python that evaluates to argument tuples."""
    (tmp_path / "old.py").write_text(OLD)
    answer = velox("inputs", "old.py::total", "--count", "30", "--format", "json")
    assert answer.code == 0
    values = [eval(line, {"nan": float("nan"), "inf": float("inf")}) for line in answer.document["inputs"]]
    assert len(values) == 30
    assert all(isinstance(value, tuple) and isinstance(value[0], list) for value in values)
    assert answer.document["strength"] > 0.5
