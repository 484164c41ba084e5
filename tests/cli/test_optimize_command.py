"""`velox optimize`: the document, the exit codes, and what happens to functions that misbehave."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

SLOW = '''\
"""A module with one slow function."""


def unseen(items: list[int], known: list[int]) -> list[int]:
    """Return the items that are not known."""
    found = []
    for item in items:
        # the usual case
        if item not in known:
            found.append(item)
    return found
'''


def test_slow_function_gets_a_suggestion_with_its_evidence(velox: RunVelox, tmp_path: Path) -> None:
    """The document holds the rewrite, the figures, the evidence and the tests' word; the file stays as it was."""
    path = tmp_path / "shop.py"
    path.write_text(SLOW)
    passing = f'"{sys.executable}" -c "print(\'2 passed\')"'
    answer = velox("optimize", "shop.py::unseen", "--test-command", passing, "--format", "json")
    assert answer.code == 0, answer.err
    (function,) = answer.document["functions"]
    assert (function["path"], function["name"], function["status"]) == ("shop.py", "unseen", "improved")
    best = function["suggestions"][0]
    assert best["speedup"]["low"] > 1.05
    assert best["evidence"]["inputs"] >= 20
    assert best["evidence"]["strength"] >= 0.8
    assert best["evidence"]["sandbox"]
    assert best["evidence"]["tests"] == "2 passed"
    assert "# the usual case" in best["new_source"]
    assert best["new_function"] in best["new_source"]
    assert best["diff"].startswith("--- ")
    compile(best["new_source"], "shop.py", "exec")
    assert path.read_text() == SLOW


def test_apply_shows_the_change_writes_the_file_and_records_the_choice(
    velox: RunVelox, tmp_path: Path
) -> None:
    """A person sees the change, the figures and what they rest on; it is on disk, and the acceptance in the store."""
    path = tmp_path / "shop.py"
    path.write_text(SLOW)
    answer = velox("optimize", "shop.py", "--apply")
    assert answer.code == 0, answer.err
    assert "faster (95 % CI" in answer.out
    assert "planted bugs detected" in answer.out
    added = [line[1:] for line in path.read_text().splitlines() if line not in SLOW.splitlines()]
    assert added
    assert all(line in answer.out for line in added)
    listed = velox("feedback", "list", "--format", "json").document["feedback"]
    assert [(row["kind"], row["function"]) for row in listed] == [("accepted", "unseen")]


def test_fast_function_is_left_alone(velox: RunVelox, tmp_path: Path) -> None:
    """Nothing to improve is a negative answer, not an error."""
    (tmp_path / "fine.py").write_text("def double(x: int) -> int:\n    return 2 * x\n")
    answer = velox("optimize", "fine.py::double", "--format", "json")
    assert answer.code == 1
    assert answer.document["functions"][0]["status"] == "unchanged"
    answer = velox("optimize", "fine.py")
    assert (answer.code, answer.out.count("to which no strategy applies: 1.")) == (1, 1)


BODIES = {
    "loops for ever": "    while True:\n        pass\n",
    "exits": "    import sys\n    sys.exit(3)\n",
    "ends the process": "    import os\n    os._exit(0)\n",
    "prints a gigabyte": "    for _ in range(1 << 20):\n        print('x' * 1024)\n",
    "eats all memory": "    hog = []\n    while True:\n        hog.append(bytearray(1 << 24))\n",
    "recurses for ever": "    return misbehave(items, known)\n",
    "writes a file": "    open('velox-was-here', 'w').write('x')\n",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_misbehaving_function_gets_a_clear_answer(velox: RunVelox, tmp_path: Path, body: str) -> None:
    """A function that cannot be verified is reported as such; nothing is written, nothing hangs."""
    text = (
        "def misbehave(items: list[int], known: list[int]) -> list[int]:\n"
        "    found = []\n    for item in items:\n        if item not in known:\n            found.append(item)\n"
        f"{body}    return found\n"
    )
    (tmp_path / "bad.py").write_text(text)
    # The less memory there is, the sooner all of it is eaten.
    (tmp_path / "pyproject.toml").write_text("[tool.velox]\nmemory-mib = 128\n")
    answer = velox("optimize", "bad.py::misbehave", "--format", "json")
    assert answer.code == 1, answer.out + answer.err
    (function,) = answer.document["functions"]
    assert function["status"] in ("unverifiable", "unchanged")
    assert function["reason"]
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith(".")) == [
        "bad.py",
        "pyproject.toml",
    ]
    assert (tmp_path / "bad.py").read_text() == text


@pytest.mark.parametrize(
    ("argument", "code"),
    [("none.py", "not-found"), ("shop.py::nobody", "no-such-function"), ("broken.py", "syntax-error")],
)
def test_wrong_use_is_an_error_with_a_hint(velox: RunVelox, tmp_path: Path, argument: str, code: str) -> None:
    """A missing file, a missing function and a file that does not parse are named, exit 2."""
    (tmp_path / "shop.py").write_text(SLOW)
    (tmp_path / "broken.py").write_text("def f(:\n")
    answer = velox("optimize", argument, "--format", "json")
    assert answer.code == 2
    assert answer.document["error"]["code"] == code
    assert answer.document["error"]["hint"]


def test_failing_own_tests_hold_a_suggestion_back(velox: RunVelox, tmp_path: Path) -> None:
    """A rewrite is not offered when the person's own tests fail with it."""
    (tmp_path / "shop.py").write_text(SLOW)
    failing = f'"{sys.executable}" -c "raise SystemExit(1)"'
    answer = velox("optimize", "shop.py::unseen", "--test-command", failing, "--format", "json")
    assert answer.code == 1
    assert answer.document["functions"][0]["suggestions"] == []
