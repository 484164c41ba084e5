"""Which files a path means."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, *paths: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    return [path.relative_to(root).as_posix() for path in discover(paths or (root,), exclude).files]


def test_python_files_are_found_in_order(tmp_path: Path) -> None:
    """Stubs too, other files and hidden folders not."""
    make(tmp_path, "b.py", "a/z.pyi", "a/n.txt", ".hidden/x.py", "a/__pycache__/y.py")
    assert found(tmp_path) == ["b.py", "a/z.pyi"]


def test_gitignore_is_respected_at_every_level(tmp_path: Path) -> None:
    """Nearer files speak last, and what they name is reported."""
    make(tmp_path, ".git/HEAD", "keep.py", "gone.py", "sub/gone.py", "build/x.py")
    tmp_path.joinpath(".gitignore").write_text("gone.py\nbuild/\n")
    tmp_path.joinpath("sub/.gitignore").write_text("!gone.py\n")
    assert found(tmp_path) == ["keep.py", "sub/gone.py"]
    assert {entry.path.name for entry in discover([tmp_path]).skipped} == {"gone.py", "build"}


def test_what_is_named_is_scanned_whatever_ignores_it(tmp_path: Path) -> None:
    """A file, and a folder inside an ignored one."""
    make(tmp_path, ".git/HEAD", "lib/a.py")
    tmp_path.joinpath(".gitignore").write_text("lib/\n")
    assert found(tmp_path, tmp_path / "lib/a.py") == ["lib/a.py"]
    assert found(tmp_path, tmp_path / "lib") == ["lib/a.py"]


def test_environments_and_installed_packages_are_left_out_with_a_reason(tmp_path: Path) -> None:
    """Other people's code is not what is being tuned."""
    make(tmp_path, "a.py", "env/pyvenv.cfg", "env/x.py", "lib/site-packages/y.py")
    make(tmp_path, "_vendor/z.py", "build/lib/a.py", "build/make.py")
    scanned, skipped = discover([tmp_path]).files, discover([tmp_path]).skipped
    assert {path.name for path in scanned} == {"a.py", "make.py"}
    assert {entry.path.name for entry in skipped} == {"env", "site-packages", "_vendor", "lib"}
    assert all(entry.reason for entry in skipped)
    assert found(tmp_path, tmp_path / "_vendor") == ["_vendor/z.py"]


def test_excluded_patterns_and_links_are_not_followed(tmp_path: Path) -> None:
    """A link to a folder above would never end."""
    make(tmp_path, "a.py", "skip/b.py")
    tmp_path.joinpath("loop").symlink_to(tmp_path)
    assert found(tmp_path, exclude=("skip/",)) == ["a.py"]


def test_a_file_named_twice_is_scanned_once(tmp_path: Path) -> None:
    """By itself and by its folder."""
    make(tmp_path, "a.py")
    assert found(tmp_path, tmp_path / "a.py", tmp_path) == ["a.py"]


@pytest.mark.parametrize(("name", "code"), [("none", "not-found"), ("empty", "no-python-files")])
def test_nothing_to_scan_is_an_error(tmp_path: Path, name: str, code: str) -> None:
    """Rather than an empty report."""
    tmp_path.joinpath("empty").mkdir()
    with pytest.raises(VeloxError) as caught:
        discover([tmp_path / name])
    assert caught.value.code == code
