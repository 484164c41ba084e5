"""`velox verify` and `velox inputs`: equal, different and undecidable pairs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunVelox

SHORT = ("--budget", "4", "--format", "json")  # what is asked is hardly ever how much faster
OLD = "def total(xs: list[int]) -> int:\n    s = 0\n    for x in xs:\n        s = s + x\n    return s\n"


def compare(velox: RunVelox, folder: Path, old: str, new: str, *more: str) -> tuple[int, dict]:
    """Verify two texts of `total` or whatever function `more` names."""
    (folder / "old.py").write_text(old)
    (folder / "new.py").write_text(new)
    name = more[0] if more else "total"
    answer = velox("verify", "old.py", "new.py", "--function", name, *SHORT, *more[1:])
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
        ("def total(xs: list[int]) -> int:\n    raise SystemExit(0)\n", "it leaves"),
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
    # As long as it takes on a busy machine; it ends as soon as it is sure.
    new = "def total(xs: list[int]) -> int:\n    return sum(xs)\n"
    code, document = compare(velox, tmp_path, OLD, new, "total", "--budget", "40")
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


# -- whole files, git, exported counterexamples --------------------------------------------------------------------

CART = """\
LIMIT = 3

def few(xs: list[int]) -> list[int]:
    return xs[:LIMIT]

def total(xs: list[float]) -> float:
    s = 0.0
    for x in xs:
        s += x
    return s

def kept(x: int) -> int:
    return x + 1

class Box:
    def __init__(self, n: int = 0):
        self.n = n

    def add(self, x: int) -> int:
        self.n += x
        return self.n
"""
CHANGED = (
    CART.replace("LIMIT = 3", "LIMIT = 4")
    .replace("    s = 0.0\n    for x in xs:\n        s += x\n    return s\n", "    return sum(xs)\n")
    .replace("        self.n += x\n        return self.n\n", "        return self.n + x\n")
    .replace("def kept(x: int) -> int:\n", 'def kept(x: int) -> int:\n    """Now with a docstring."""\n')
)


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose one module was changed since its commit."""
    (tmp_path / "cart.py").write_text(CART)
    (tmp_path / ".gitignore").write_text(".velox-data\n")
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-qm", "first")
    (tmp_path / "cart.py").write_text(CHANGED + "\ndef extra():\n    return 1\n")
    return tmp_path


def test_all_functions_changed_since_a_commit_are_compared(velox: RunVelox, repository: Path) -> None:
    """A changed constant counts for its users, a docstring for nobody; new functions are named."""
    answer = velox("verify", "--git", "HEAD", "--export", "test_regressions.py", *SHORT)
    document = answer.document
    assert answer.code == 1
    assert {row["name"]: row["status"] for row in document["functions"]} == {
        "few": "refuted",
        "total": "refuted",
        "Box.add": "refuted",
    }
    assert document["added"] == ["cart.py::extra"]
    assert document["export"] == {"path": "test_regressions.py", "tests": 3, "left_out": 0}

    def outcome() -> str:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_regressions.py"]
        ran = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
        return ran.stdout

    assert "3 failed" in outcome()
    (repository / "cart.py").write_text(CART)
    assert "3 passed" in outcome()


def test_one_function_since_a_commit(velox: RunVelox, repository: Path) -> None:
    """PATH::FUNCTION compares only that one."""
    (repository / "cart.py").write_text(CART.replace("return x + 1", "return 1 + x"))
    answer = velox("verify", "--git", "HEAD", "cart.py::kept", *SHORT)
    assert answer.code == 0
    assert [row["name"] for row in answer.document["functions"]] == ["kept"]


def test_nothing_changed_is_said_and_no_failure(velox: RunVelox, repository: Path) -> None:
    """Layout and comments are no change."""
    (repository / "cart.py").write_text("# the same\n" + CART)
    answer = velox("verify", "--git", "HEAD", *SHORT)
    assert (answer.code, answer.document["summary"]["functions"]) == (0, 0)


def test_an_unknown_revision_is_wrong_use(velox: RunVelox, repository: Path) -> None:
    """With the name that git does not know."""
    answer = velox("verify", "--git", "no-such-branch", "--format", "json")
    assert answer.code == 2
    assert "no-such-branch" in answer.document["error"]["message"]


def test_a_failing_test_of_ones_own_refutes(velox: RunVelox, repository: Path) -> None:
    """The tests that reach a function run on the new version; --no-tests leaves them out."""
    (repository / "cart.py").write_text(CART.replace("return x + 1", "return x - -1"))
    (repository / "test_cart.py").write_text(
        "import inspect\nfrom cart import kept\n"
        "def test_kept():\n    assert kept(1) == 2\n    assert '+ 1' in inspect.getsource(kept)\n"
    )
    arguments = ("verify", "--git", "HEAD", "cart.py::kept", *SHORT)
    answer = velox(*arguments)
    assert answer.code == 1
    assert "test_kept" in answer.document["functions"][0]["reason"]
    assert velox(*arguments, "--no-tests").code == 0
