"""Copies of a project hold what its code needs and are gone afterwards, also those that a killed process left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace import trees
from velox_engine.workspace.trees import copy_of


def test_a_copy_leaves_out_what_no_import_needs(tmp_path: Path) -> None:
    """Sources, data and links are there; version control, environments and caches are not."""
    root = tmp_path / "project"
    for name in ("shop/a.py", "shop/data.json", ".git/config", ".venv/bin/python", "shop/__pycache__/a.pyc"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / "link").symlink_to("shop")
    with copy_of(root, tmp_path / "home") as copy:
        found = sorted(
            path.relative_to(copy).as_posix()
            for path in copy.rglob("*")
            if not path.is_dir() or path.is_symlink()
        )
        assert found == ["link", "shop/a.py", "shop/data.json"]
    assert list((tmp_path / "home").iterdir()) == []


def test_copies_that_lie_in_the_project_are_not_copied(tmp_path: Path) -> None:
    """With the data folder inside the project a copy does not hold itself."""
    (tmp_path / "a.py").write_text("")
    with copy_of(tmp_path, tmp_path / "data" / "trees") as copy:
        assert sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*")) == ["a.py", "data"]


def test_what_is_too_large_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to do, and nothing is left."""
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "a.py").write_text("x" * 100)
    monkeypatch.setattr(trees, "_MOST_BYTES", 10)
    with pytest.raises(VeloxError, match="larger than"), copy_of(tmp_path / "project", tmp_path / "home"):
        pass
    assert list((tmp_path / "home").iterdir()) == []


def test_copies_of_killed_processes_are_removed(tmp_path: Path) -> None:
    """Those of a process that is gone, not those of one that runs, and nothing else."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    home = tmp_path / "home"
    names = (f"tree-{gone.pid}-x", "tree-1-x", "other")
    for name in names:
        (home / name).mkdir(parents=True)
    (tmp_path / "project").mkdir()
    with copy_of(tmp_path / "project", home):
        pass
    assert sorted(path.name for path in home.iterdir()) == ["other", "tree-1-x"]
