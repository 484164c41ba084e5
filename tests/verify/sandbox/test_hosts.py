"""The same sandbox on each interpreter that is installed, for root and for an ordinary user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from velox_engine.verify.sandbox import (
    Case,
    Environment,
    Limits,
    LoadFailure,
    Outcome,
    Program,
    Recipe,
    Sandbox,
    call_all,
    payloads_equal,
    probe,
)

VERSIONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")

SOURCE = """
import asyncio, collections, dataclasses, enum, random, re
from decimal import Decimal

class Colour(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Point:
    x: int
    tags: list = dataclasses.field(default_factory=list)

class Late(Exception):
    pass

async def plus(x):
    await asyncio.sleep(0)
    return x + 1

def f(what, x):
    if what == "values":
        return [Colour.RED, Point(x), Decimal("1.50"), collections.Counter("aab"), re.compile("a"), {x, -x}, 2.5]
    if what == "steps":
        return (x * n for n in range(3))
    if what == "async":
        return asyncio.run(plus(x))
    if what == "raise":
        raise Late(x)
    if what == "random":
        return random.random()
    print(x)
    x.append(what)
"""

CASES = [
    Case(("values", 3)),
    Case(("steps", 3)),
    Case(("async", 3)),
    Case(("raise", 3)),
    Case(("random", 3)),
    Case(("print", [3])),
    Case(("print", Recipe("Point(4).tags"))),
]


def _real(version: str) -> str | None:
    """The path of an installed interpreter of this version; a version manager's stand-in may refuse to run."""
    path = shutil.which(f"python{version}")
    if path is None:
        return None
    done = subprocess.run(
        [path, "-c", "import sys; print(sys.executable)"],
        env={**os.environ, "PYENV_VERSION": version},
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() if done.returncode == 0 else None


def _outcomes(interpreter: str, coverage: bool = False) -> list[Outcome]:
    with Sandbox(Environment(interpreter)) as made:
        return call_all(made, Program(SOURCE, "/p/m.py", "m", "", "f"), CASES, coverage=coverage)


@pytest.mark.parametrize("version", VERSIONS)
def test_each_interpreter_gives_the_same_bytes_as_ours(version: str) -> None:
    interpreter = _real(version)
    if interpreter is None:
        pytest.skip(f"python{version} is not installed")
    mine = _outcomes(sys.executable)
    theirs = _outcomes(interpreter)
    assert [outcome.kind for outcome in mine] == ["returned"] * 3 + ["raised"] + ["returned"] * 3
    for one, other in zip(mine, theirs, strict=True):
        assert one.kind == other.kind
        assert payloads_equal(one.payload, other.payload), (one.text(), other.text())
    assert _outcomes(interpreter, coverage=True)[0].arcs == _outcomes(sys.executable, coverage=True)[0].arcs


@pytest.mark.parametrize("version", VERSIONS)
def test_each_interpreter_is_confined(version: str) -> None:
    interpreter = _real(version)
    if interpreter is None:
        pytest.skip(f"python{version} is not installed")
    report = probe(interpreter)
    assert report.safe
    assert [item.name for item in report.capabilities if not item.confined] == []
    assert report.version.startswith(version)


def test_a_virtual_environment_brings_its_own_packages(tmp_path: Path) -> None:
    home = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (site / "only_here.py").write_text("VALUE = 41\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked.py").write_text("VALUE = 1\n")
    (site / "linked.pth").write_text(f"import os; os.nothing_of_this_runs\n{tmp_path / 'elsewhere'}\n")
    source = "import only_here, linked\ndef f(): return only_here.VALUE + linked.VALUE"
    with Sandbox(Environment(str(home / "bin" / "python"))) as made:
        assert call_all(made, Program(source, "/p/m.py", "m", "", "f"), [Case(())])[0].text() == "returned 42"


_AS_USER = """
import sys
from velox_engine.verify.sandbox import *
report = probe(sys.argv[1])
assert report.safe and not [item for item in report.capabilities if not item.confined], report
assert {"seccomp", "landlock", "rlimits"} <= set(report.layers), report.layers
with Sandbox(Environment(sys.argv[1])) as made:
    program = Program("import os\\ndef f(): return os.getuid()", "/p/m.py", "m", "", "f")
    print(call_all(made, program, [Case(())])[0].text())
"""


def test_an_ordinary_user_is_confined_like_root() -> None:
    if os.getuid() != 0:
        assert probe(sys.executable).safe
        return
    # Neither the interpreter under root's home nor its packages are open to others: take the system's.
    interpreter = "/usr/bin/python3"
    version = subprocess.run(
        [interpreter, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True
    )
    assert version.stdout.strip() == b"True", "this test needs a system Python that an ordinary user can run"
    engine = Path(__file__).resolve().parents[3] / "engine"
    done = subprocess.run(
        [interpreter, "-B", "-c", _AS_USER, interpreter],
        user=65534,
        group=65534,
        extra_groups=[],
        env={"PYTHONPATH": str(engine), "PATH": "/usr/bin:/bin"},
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "returned 65534"


def test_a_package_installed_for_editing_is_found_without_running_its_finder(tmp_path: Path) -> None:
    """The form that setuptools writes: a .pth line that imports a finder, whose table names the packages."""
    home, source = tmp_path / "env", tmp_path / "checkout" / "src" / "edited"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    source.mkdir(parents=True)
    (source / "__init__.py").write_text("VALUE = 42\n")
    site = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (site / "__editable__.edited-1.0.pth").write_text("import __editable___edited_1_0_finder; stop()\n")
    (site / "__editable___edited_1_0_finder.py").write_text(
        f"from __future__ import annotations\nMAPPING: dict[str, str] = {{'edited': {str(source)!r}}}\n"
        "raise SystemExit('this runs only when imported')\n"
    )
    with Sandbox(Environment(str(home / "bin" / "python"))) as made:
        program = Program("import edited\ndef f(): return edited.VALUE", "/p/m.py", "m", "", "f")
        assert call_all(made, program, [Case(())])[0].text() == "returned 42"


def test_a_project_that_is_a_whole_home_folder_is_told_why_its_imports_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "neighbour.py").write_text("VALUE = 1\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    program = Program("import neighbour\ndef f(): return 1", str(tmp_path / "m.py"), "m", "", "f")
    with (
        Sandbox(Environment(sys.executable, root=str(tmp_path))) as made,
        pytest.raises(LoadFailure, match="a whole home folder is never opened"),
    ):
        made.start(program)


def test_threads_are_bounded_even_where_they_are_allowed() -> None:
    """By memory for root; by a count as well for everybody else, where there are user namespaces."""
    source = (
        "import threading, time\ndef f():\n    threading.stack_size(1 << 16)\n    for n in range(100_000):\n"
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    with Sandbox(Environment(sys.executable), Limits(threads=True, memory_bytes=64 << 20)) as made:
        outcome = call_all(made, Program(source, "/p/m.py", "m", "", "f"), [Case(())])[0]
    assert outcome.kind in ("raised", "crashed", "timeout")
