"""What git is asked: the files that changed, and what a file used to be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace import git


def run(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with one commit of three files, one of them with a strange name."""
    folder = tmp_path / "shop"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.py", "b.py", "sub/ü \n.py"):
        (folder / name).write_text("x = 1\n")
    (folder / ".gitignore").write_text("ignored.py\n")
    run(folder, "init", "-q", "-b", "trunk")
    run(folder, "add", ".")
    run(folder, "commit", "-qm", "first")
    return folder


def test_changed_and_new_files_are_found_and_deleted_and_ignored_ones_are_not(checkout: Path) -> None:
    """Staged, unstaged and untracked files count; what is gone or ignored does not."""
    assert git.changed_files(checkout, "HEAD") == ()
    (checkout / "a.py").write_text("x = 2\n")
    (checkout / "b.py").unlink()
    (checkout / "sub" / "ü \n.py").write_text("x = 3\n")
    (checkout / "new.py").write_text("")
    (checkout / "ignored.py").write_text("")
    run(checkout, "add", "a.py")
    names = [path.relative_to(checkout).as_posix() for path in git.changed_files(checkout, "trunk")]
    assert names == ["a.py", "new.py", "sub/ü \n.py"]
    inside = [path.name for path in git.changed_files(checkout / "sub", "HEAD")]
    assert inside == ["ü \n.py"], "only what lies under the folder"


def test_a_file_is_had_as_it_was(checkout: Path) -> None:
    """The bytes of the revision, and None for a file that was not there."""
    (checkout / "a.py").write_text("x = 2\n")
    (checkout / "new.py").write_text("")
    assert git.file_at(checkout / "a.py", "HEAD") == b"x = 1\n"
    assert git.file_at(checkout / "new.py", "HEAD") is None


@pytest.mark.parametrize("revision", ["nowhere", "", "--output=a.py", "HEAD:a.py"])
def test_what_is_no_commit_is_refused(checkout: Path, revision: str) -> None:
    """Neither unknown names nor options nor files pass for a revision."""
    with pytest.raises(VeloxError) as caught:
        git.changed_files(checkout, revision)
    assert caught.value.code == "no-such-revision"
    assert (checkout / "a.py").read_text() == "x = 1\n"


def test_outside_a_repository_the_error_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the folder."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(VeloxError) as caught:
        git.changed_files(tmp_path, "HEAD")
    assert caught.value.code == "no-repository"
