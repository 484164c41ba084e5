"""Copies of a project for a while, at a revision or as it is: code must run among the files that belong to it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from velox_engine.types import VeloxError
from velox_engine.workspace import git

# What no import needs; environments are named by their interpreter, not by where they lie.
_LEFT_OUT: Final = frozenset(
    {
        ".git",
        ".hg",
        ".venv",
        "venv",
        "env",
        "node_modules",
        "__pycache__",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
    }
)
_MOST_BYTES: Final = 512 << 20
_NAME: Final = re.compile(r"tree-(\d+)-")


@contextlib.contextmanager
def at_revision(repository: Path, commit: str, home: Path) -> Iterator[Path]:
    """Give a folder with the files of a commit, in a folder of their own under `home`, removed afterwards."""
    with _folder(home) as folder:
        git.export(repository, commit, folder)
        yield folder


@contextlib.contextmanager
def copy_of(root: Path, home: Path) -> Iterator[Path]:
    """Give a copy of the project at `root` under `home`, removed afterwards.

    Links are copied as links; version control, environments and caches are left out. Raises VeloxError `too-large`.
    """
    total = 0
    with _folder(home) as folder:
        for place, folders, names in os.walk(root):
            # Where the copies lie under the project itself, they are no part of it.
            folders[:] = [
                name
                for name in folders
                if name not in _LEFT_OUT and Path(place, name).resolve() != folder.parent
            ]
            inside = folder / os.path.relpath(place, root)
            inside.mkdir(exist_ok=True)
            for name in [*names, *(name for name in folders if os.path.islink(os.path.join(place, name)))]:
                source = Path(place, name)
                if source.is_symlink() or source.is_file():
                    total += source.lstat().st_size
                    if total > _MOST_BYTES:
                        raise VeloxError(
                            "too-large",
                            f"{root} is larger than {_MOST_BYTES >> 20} MiB.",
                            "Work on a part of it: a folder with a pyproject.toml of its own.",
                        )
                    shutil.copy2(source, inside / name, follow_symlinks=False)
            folders[:] = [name for name in folders if not os.path.islink(os.path.join(place, name))]
        yield folder


@contextlib.contextmanager
def _folder(home: Path) -> Iterator[Path]:
    """A folder for this process; those that processes left behind when they were killed are removed."""
    home.mkdir(parents=True, exist_ok=True)
    for old in home.iterdir():
        owner = _NAME.match(old.name)
        if owner and not _is_running(int(owner[1])):
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=f"tree-{os.getpid()}-", dir=home, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder).resolve()


def _is_running(process: int) -> bool:
    if os.name == "nt":
        return True  # where asking with a signal would end the process
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
