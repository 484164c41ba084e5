"""The reading profile's own folder: temporary files work, nothing of it is seen outside or by the next call."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.verify.sandbox import Case, Environment, Limits, Outcome, Program, Sandbox, call_all

SOURCE = """
import os, shutil, tempfile

def path(name):
    return os.path.join(tempfile.gettempdir(), name)

with open(path("from-loading"), "w") as handle:
    handle.write("kept")

def f(what, *rest):
    if what == "temporary":
        with tempfile.TemporaryDirectory() as folder:
            first = os.path.join(folder, "a")
            with open(first, "w") as handle:
                handle.write("text")
            shutil.copyfile(first, first + "b")
            os.rename(first, first + "c")
            return sorted(os.listdir(folder))
    if what == "write":
        with open(path(rest[0]), "w") as handle:
            handle.write(rest[1])
        return None
    if what == "folders":
        os.makedirs(path("a/b"))
    if what == "remove":
        os.unlink(path("from-loading"))
    if what == "list":
        return sorted(os.listdir(tempfile.gettempdir()))
    if what == "read":
        with open(path("from-loading")) as handle:
            return handle.read()
    if what == "bomb":
        for number in range(1000):
            with open(path(str(number)), "wb") as handle:
                handle.write(bytes(1 << 19))
"""


@pytest.fixture(scope="module")
def reading() -> Iterator[Sandbox]:
    """A sandbox of the reading profile; without its layers these tests fail, they are not skipped."""
    with Sandbox(Environment(sys.executable), Limits(file_bytes=1 << 20), profile="fs-read") as made:
        yield made


def call(sandbox: Sandbox, *cases: tuple[str, ...]) -> list[Outcome]:
    return call_all(sandbox, Program(SOURCE, "/p/m.py", "m", "", "f"), [Case(case) for case in cases])


def test_temporary_files_work_and_leave_no_effect(reading: Sandbox) -> None:
    outcome = call(reading, ("temporary",))[0]
    assert outcome.text() == "returned ['ab', 'ac']"
    assert not outcome.effects & {"files", "denied"}


def test_files_left_behind_are_part_of_what_is_observed(reading: Sandbox) -> None:
    one, same, other = call(reading, ("write", "x", "1"), ("write", "x", "1"), ("write", "x", "2"))
    assert "files" in one.effects
    assert one.payload == same.payload != other.payload
    assert one.text() == "returned None; left files {'x': b'1'}"


def test_each_call_finds_the_folder_as_it_was_after_loading(reading: Sandbox) -> None:
    for before in (("write", "from-loading", "spoilt"), ("remove",), ("folders",), ("write", "new", "x")):
        changed, listed, read = call(reading, before, ("list",), ("read",))
        assert "files" in changed.effects
        assert listed.text() == "returned ['from-loading']"
        assert read.text() == "returned 'kept'"


def test_nothing_of_it_is_outside_and_nothing_outside_is_in_it(reading: Sandbox) -> None:
    mark = Path(tempfile.gettempdir(), f"velox-outside-{Path(sys.executable).stat().st_ino}")
    mark.touch()
    try:
        assert call(reading, ("write", mark.name, "inside"))[0].kind == "returned"
        assert mark.read_text() == ""
        assert call(reading, ("list",))[0].text() == "returned ['from-loading']"
    finally:
        mark.unlink()


def test_it_cannot_be_filled_without_end(reading: Sandbox) -> None:
    outcome = call(reading, ("bomb",))[0]
    assert outcome.kind == "raised"
    assert "No space left" in outcome.exception


def test_a_workspace_in_the_temporary_folder_stays_in_sight(tmp_path: Path) -> None:
    (tmp_path / "neighbour.py").write_text("VALUE = 5\n")
    source = SOURCE + "\nimport neighbour\ndef g(): return neighbour.VALUE\n"
    environment = Environment(sys.executable, root=str(tmp_path))
    with Sandbox(environment, profile="fs-read") as made:
        program = Program(source, str(tmp_path / "m.py"), "m", "", "g")
        assert call_all(made, program, [Case(())])[0].text() == "returned 5"


def test_the_strict_profile_has_no_such_folder(sandbox: Sandbox) -> None:
    source = (
        "import tempfile\ndef f():\n    with tempfile.TemporaryFile() as handle: return handle.write(b'x')"
    )
    outcome = call_all(sandbox, Program(source, "/p/m.py", "m", "", "f"), [Case(())])[0]
    assert outcome.kind == "raised"
    assert "denied" in outcome.effects
