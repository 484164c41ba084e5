"""Several files are written as one change: all of them, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.source import together
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.together import write_together
from velox_engine.types import VeloxError


def sources(folder: Path) -> list[SourceFile]:
    for name in ("a.py", "b.py", "c.py"):
        (folder / name).write_text(f"{name} = 1\n")
    return [read_source(folder / name) for name in ("a.py", "b.py", "c.py")]


def test_all_files_are_written(tmp_path: Path) -> None:
    """The normal case."""
    write_together([(source, "new\n") for source in sources(tmp_path)])
    assert {path.read_text() for path in tmp_path.glob("*.py")} == {"new\n"}


def test_a_file_that_changed_meanwhile_stops_it_before_anything_is_written(tmp_path: Path) -> None:
    """Even where it is the last of them."""
    found = sources(tmp_path)
    (tmp_path / "c.py").write_text("mine\n")
    with pytest.raises(VeloxError, match="changed meanwhile"):
        write_together([(source, "new\n") for source in found])
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py", "c.py")] == [
        "a.py = 1\n",
        "b.py = 1\n",
        "mine\n",
    ]


def test_a_failure_half_way_gives_the_others_their_text_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the third file leaves no file changed."""
    write = together.write_source

    def failing(source: SourceFile, text: str) -> None:
        if source.path is not None and source.path.name == "c.py":
            raise OSError("no space left")
        write(source, text)

    found = sources(tmp_path)
    monkeypatch.setattr(together, "write_source", failing)
    with pytest.raises(OSError, match="no space"):
        write_together([(source, "new\n") for source in found])
    assert [(tmp_path / name).read_text() for name in ("a.py", "b.py", "c.py")] == [
        "a.py = 1\n",
        "b.py = 1\n",
        "c.py = 1\n",
    ]
