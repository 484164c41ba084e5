"""Recording a real process: what is kept, what is left out, and that the person's own set-up is not disturbed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from velox_engine.verify.inputs import parse_cases
from velox_engine.verify.recording import Recorded, Recordings, Session, record

SHOP = """\
import dataclasses, enum

class Color(enum.Enum):
    RED = 1

@dataclasses.dataclass(frozen=True)
class Item:
    name: str
    price: float

class Cart:
    __slots__ = ("items", "__dict__")
    def __init__(self, items):
        self.items = items
    def total(self, rate=1.0):
        return sum(item.price for item in self.items) * rate
    @classmethod
    def of(cls, *prices):
        return cls([Item("x", price) for price in prices])

def shared(left, right, *, key=None):
    return sum(item in right for item in left)

def appended(a, b):
    a.append(1)
    return a is b

def numbers(values):
    for value in values:
        yield value

async def later(x):
    return x

def login(user, password):
    return user

def anything(value):
    return None

def outer(n):
    def inner(m):
        return m
    return inner(n)
"""


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recordings of a test belong to the test."""
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with one module."""
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "shop.py").write_text(SHOP)
    return root


def run(root: Path, script: str, interpreter: str = sys.executable) -> Session:
    """Record a script that has the workspace on its path."""
    text = f"import sys\nsys.path.insert(0, {str(root)!r})\nimport shop\n{script}"
    return record([interpreter, "-c", text], root)


def calls(session: Session, function: str) -> list[str]:
    """The recorded calls of one function."""
    return [text for item in session.functions if item.function == function for text in item.calls]


def test_arguments_are_those_of_the_moment_of_the_call(workspace: Path) -> None:
    """A list that the function changes afterwards is recorded as it was; one list passed twice stays one."""
    session = run(workspace, "x = []\nshop.appended(x, x)\nshop.appended([], [7])")
    assert calls(session, "appended") == ["((v1 := []), v1)", "([], [7])"]
    first = parse_cases("((v1 := []), v1)")[0]
    assert first.args[0] is first.args[1]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("(float('nan'), -0.0, -7, 'a\\udc80')", "(float('nan'), -0.0, -7, 'a\\udc80')"),
        ("{2, 1}", "set([1, 2])"),
        ("frozenset()", "frozenset()"),
        ("shop.Color.RED", "Color.RED"),
        ("len", "len"),
        ("shop.shared", "shared"),
        ("iter([1, 2])", "iter([1, 2])"),
        ("range(3)", "range(0, 3, 1)"),
        ("bytearray(b'a')", "bytearray(b'a')"),
        (
            "__import__('collections').Counter('aab')",
            "__import__('collections').Counter(dict([('a', 2), ('b', 1)]))",
        ),
        ("__import__('decimal').Decimal('1.50')", "__import__('decimal').Decimal('1.50')"),
        ("__import__('datetime').timedelta(1)", "__import__('datetime').timedelta(days=1)"),
        ("__import__('pathlib').PurePosixPath('a')", "__import__('pathlib').PurePath('a')"),
        ("{shop.Color.RED: 1}", "dict([(Color.RED, 1)])"),
    ],
)
def test_values_are_written_as_text_that_reads_back(workspace: Path, expression: str, text: str) -> None:
    """Data, and what the function's own module can build again."""
    assert calls(run(workspace, f"shop.anything({expression})"), "anything") == [f"({text},)"]
    assert len(parse_cases(f"({text},)")) == 1


def test_an_iterator_is_recorded_without_being_consumed(workspace: Path) -> None:
    """The function still gets all of it."""
    session = run(workspace, "it = iter([1, 2])\nshop.anything(it)\nassert list(it) == [1, 2]")
    assert session.exit_code == 0
    assert calls(session, "anything") == ["(iter([1, 2]),)"]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("lambda: 1", "lambda"),
        ("(x for x in [1])", "generator"),
        ("sys.stdout", "TextIOWrapper"),
        ("(lambda l: l.append(l) or l)([])", "contain themselves"),
        ("list(range(10_000))", "too large"),
        ("ValueError('x')", "ValueError"),
    ],
)
def test_what_cannot_be_rebuilt_is_dropped_and_counted(workspace: Path, expression: str, reason: str) -> None:
    """Nothing is invented for lambdas, generators, files, cycles and large data."""
    session = run(workspace, f"shop.anything({expression})")
    assert calls(session, "anything") == []
    assert any(reason in why for why in session.dropped)


def test_methods_class_methods_generators_and_coroutines(workspace: Path) -> None:
    """A method's receiver is its first argument, a class method's class is not, a generator counts once."""
    session = run(
        workspace,
        "import asyncio\nc = shop.Cart.of(1.0)\nc.total(rate=2.0)\nlist(shop.numbers([1, 2, 3]))\n"
        "asyncio.run(shop.later(5))\nshop.outer(1)",
    )
    assert calls(session, "Cart.of") == ["(1.0,)"]
    assert "object.__new__(Cart)" in calls(session, "Cart.total")[0]
    assert calls(session, "Cart.total")[0].endswith(", 2.0)")
    assert calls(session, "numbers") == ["([1, 2, 3],)"]
    assert calls(session, "later") == ["(5,)"]
    assert not any("inner" in item.function for item in session.functions)


def test_parameters_named_like_secrets_are_never_recorded(workspace: Path) -> None:
    """A password does not reach the disk."""
    session = run(workspace, "shop.login('me', 'hunter2')")
    assert session.functions == ()
    assert any("secret" in why for why in session.dropped)


def test_calls_that_look_alike_make_room_for_those_that_do_not(workspace: Path) -> None:
    """Thousands of integers do not crowd out the one call with text."""
    session = run(
        workspace, "for n in range(1, 5000): shop.anything(n)\nfor n in range(40): shop.anything('x' * n)"
    )
    kept = calls(session, "anything")
    assert len(kept) <= 80
    assert any("'" in text for text in kept)


def test_a_long_way_to_the_first_call_does_not_tire_the_recorder(workspace: Path) -> None:
    """A runner that calls libraries a million times before the workspace's code leaves nothing unrecorded."""
    way = "import sys\nfor n in range(1_100_000): len('')\n"
    text = f"{way}sys.path.insert(0, {str(workspace)!r})\nimport shop\nshop.anything(1)"
    assert calls(record([sys.executable, "-c", text], workspace), "anything") == ["(1,)"]


def test_child_processes_are_recorded_too(workspace: Path) -> None:
    """Forked workers, spawned ones and plain subprocesses."""
    (workspace / "main.py").write_text(
        "import multiprocessing, subprocess, sys, shop\n"
        "if __name__ == '__main__':\n"
        "    for n, how in enumerate(('fork', 'spawn')):\n"
        "        with multiprocessing.get_context(how).Pool(1) as pool:\n"
        "            pool.map(shop.anything, [n])\n"
        "    subprocess.run([sys.executable, '-c', 'import shop; shop.anything(2)'])\n"
    )
    session = record([sys.executable, str(workspace / "main.py")], workspace)
    assert session.exit_code == 0
    assert session.processes >= 2
    kept = set(calls(session, "anything"))
    assert {"(0,)", "(1,)"} <= kept


def test_the_persons_own_sitecustomize_still_runs(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Theirs is loaded after ours, and nothing of ours stays on the search path."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "sitecustomize.py").write_text("import sys\nsys.own_ran = [p for p in sys.path if 'velox' in p]\n")
    monkeypatch.setenv("PYTHONPATH", str(own))
    session = run(workspace, "assert sys.own_ran == [], sys.own_ran\nshop.anything(1)")
    assert session.exit_code == 0
    assert session.calls == 1


def test_a_command_that_cannot_report_says_so_by_counting_none(workspace: Path) -> None:
    """An interpreter that ignores PYTHONPATH records nothing, and that shows."""
    session = record([sys.executable, "-I", "-c", "pass"], workspace)
    assert (session.processes, session.functions) == (0, ())


def test_the_commands_exit_code_comes_through(workspace: Path) -> None:
    """A failing test run fails, and what was called is kept all the same."""
    session = run(workspace, "shop.anything(1)\nsys.exit(3)")
    assert (session.exit_code, session.calls) == (3, 1)


def _other_interpreters() -> list[str]:
    found = []
    for minor in (9, 10, 12, 13, 14):
        path = shutil.which(f"python3.{minor}")
        if path and subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0:
            found.append(path)
    return found or [sys.executable]


@pytest.mark.parametrize("interpreter", _other_interpreters(), ids=os.path.basename)
def test_recording_works_under_the_persons_interpreter(workspace: Path, interpreter: str) -> None:
    """Other versions use another hook and give the same record."""
    script = (
        "for n in range(5): shop.anything([n])\nlist(shop.numbers(['a', 'b']))\nshop.Cart.of(1.5).total()"
    )
    session = run(workspace, script, interpreter)
    assert calls(session, "anything") == [f"([{n}],)" for n in range(5)]
    assert calls(session, "numbers") == ["(['a', 'b'],)"]
    assert len(calls(session, "Cart.total")) == 1


# -- the store ------------------------------------------------------------------------------------------------------


def test_recorded_calls_stop_counting_when_the_parameters_change(workspace: Path) -> None:
    """The store answers for the signature that was recorded and for no other."""
    run(workspace, "shop.shared([1], [1], key=2)")
    store = Recordings(workspace)
    found = store.find(workspace / "shop.py", "shared", "(left, right, *, key)")
    assert found is not None
    assert [case.kwargs for case in found.cases] == [{"key": 2}]
    assert store.find(workspace / "shop.py", "shared", "(left, right)") is None


def test_new_recordings_come_before_old_ones_and_the_whole_is_bounded(workspace: Path) -> None:
    """Recording again adds; repeats and what is beyond the limit go."""
    store = Recordings(workspace)
    store.add([Recorded("shop.py", "f", "(x)", tuple(f"({n},)" for n in range(60)), "2026-01-01T00:00:00Z")])
    store.add(
        [Recorded("shop.py", "f", "(x)", tuple(f"({n},)" for n in range(50, 110)), "2026-01-02T00:00:00Z")]
    )
    (item,) = store.all()
    assert len(item.calls) == 80
    assert item.calls[:2] == ("(50,)", "(51,)")
    assert store.clear() == 1
    assert store.all() == []


def test_a_damaged_file_counts_as_empty(workspace: Path, tmp_path: Path) -> None:
    """What Velox did not write is not read as calls."""
    store = Recordings(workspace, tmp_path / "recordings")
    store.add([Recorded("shop.py", "f", "(x)", ("(1,)",), "")])
    (file,) = (tmp_path / "recordings").rglob("*.json")
    file.write_text('{"format": 1, "functions": 3}')
    assert store.all() == []
