"""Decides which Python files a path means, and says why others are left out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

from velox_engine.types import VeloxError

SUFFIXES = (".py", ".pyi")

# Tool folders that hold no code of the project; not worth a word in the report.
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_FOREIGN = frozenset({"vendor", "_vendor", "vendored", "_vendored", "third_party", "thirdparty"})
_SILENT = frozenset({"__pycache__", "node_modules", "__pypackages__"})


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is not scanned."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files to scan, in order and without repeats, and what was left out."""

    files: tuple[Path, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class _Ignore:
    """The patterns of one folder; they apply to paths relative to it."""

    folder: Path
    spec: GitIgnoreSpec

    def verdict(self, path: Path, is_folder: bool) -> bool | None:
        if not len(self.spec) or not path.is_relative_to(self.folder) or path == self.folder:
            return None
        relative = path.relative_to(self.folder).as_posix() + ("/" if is_folder else "")
        return self.spec.check_file(relative).include


def discover(paths: Sequence[Path], exclude: Iterable[str] = ()) -> Discovered:
    """All Python files that the paths mean.

    A file that is named is taken whatever ignores it. In folders, what `.gitignore` files and `exclude` patterns
    name is left out, and so are virtual environments, installed packages and folders whose name starts with a dot.
    Raises VeloxError `not-found` for a path that does not exist and `no-python-files` when nothing is left.
    """
    files: dict[Path, None] = {}
    skipped: list[Skipped] = []
    own = GitIgnoreSpec.from_lines(exclude)
    for path in paths:
        if path.is_dir():
            absolute = path.absolute()
            ignores = [*_ignores_above(absolute), _Ignore(absolute, own)]
            _walk(path, absolute, ignores, files, skipped)
        elif path.exists():
            files.setdefault(path)
        else:
            raise VeloxError("not-found", f"{path} does not exist", "check the path")
    if not files:
        shown = ", ".join(str(path) for path in paths)
        raise VeloxError(
            "no-python-files",
            f"no Python files in {shown}",
            "files that .gitignore names are left out; name a file to scan it all the same"
            if skipped
            else "name a .py file, or a folder that holds some",
        )
    return Discovered(tuple(files), tuple(skipped))


def _walk(
    shown: Path, folder: Path, ignores: list[_Ignore], files: dict[Path, None], skipped: list[Skipped]
) -> None:
    pending = [(shown, folder, ignores)]
    while pending:
        shown, folder, ignores = pending.pop()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(Skipped(shown, f"cannot be read: {error.strerror}"))
            continue
        if folder.joinpath(".gitignore").is_file():
            ignores = [*ignores, _read_ignore(folder)]
        folders: list[tuple[Path, Path, list[_Ignore]]] = []
        for entry in listed:
            path = shown / entry.name
            # A linked folder is another folder's content, or a loop.
            if entry.is_dir(follow_symlinks=False):
                reason = _folder_reason(entry, folder / entry.name, ignores)
                if reason is None:
                    folders.append((path, folder / entry.name, ignores))
                elif reason:
                    skipped.append(Skipped(path, reason))
            elif entry.name.endswith(SUFFIXES):
                if _is_ignored(folder / entry.name, ignores, is_folder=False):
                    skipped.append(Skipped(path, "ignored by .gitignore or a setting"))
                elif entry.is_file():
                    files.setdefault(path)
                else:
                    skipped.append(Skipped(path, "not a regular file"))
        pending += reversed(folders)


def _folder_reason(entry: os.DirEntry[str], path: Path, ignores: list[_Ignore]) -> str | None:
    """Why a folder is left out: None when it is not, "" when that needs no mention."""
    if entry.name in _SILENT or entry.name.startswith("."):
        return ""
    if entry.name in _INSTALLED:
        return "installed packages; name the folder to scan them"
    if entry.name in _FOREIGN:
        return "a copy of somebody else's code; name the folder to scan it"
    if entry.name == "lib" and path.parent.name == "build":
        return "a copy that a build made; name the folder to scan it"
    if path.joinpath("pyvenv.cfg").exists():
        return "virtual environment"
    return "ignored by .gitignore or a setting" if _is_ignored(path, ignores, is_folder=True) else None


def _is_ignored(path: Path, ignores: list[_Ignore], *, is_folder: bool) -> bool:
    # The patterns nearest to the file speak last.
    for ignore in reversed(ignores):
        verdict = ignore.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def _ignores_above(folder: Path) -> list[_Ignore]:
    """The .gitignore files between the repository's root and the folder, without the folder's own."""
    found: list[_Ignore] = []
    current = folder
    while not (current / ".git").exists():
        if current.parent == current:
            return []  # in no repository, so nothing above speaks for it
        current = current.parent
        if current.joinpath(".gitignore").is_file():
            found.append(_read_ignore(current))
    found.reverse()
    # Somebody who names an ignored folder (an installed library, say) wants it scanned.
    inside = [folder, *folder.parents]
    if any(_is_ignored(step, found, is_folder=True) for step in inside[: inside.index(current)]):
        return []
    return found


def _read_ignore(folder: Path) -> _Ignore:
    try:
        text = folder.joinpath(".gitignore").read_text(encoding="utf-8", errors="replace")
        return _Ignore(folder, GitIgnoreSpec.from_lines(text.splitlines()))
    except (OSError, ValueError):
        return _Ignore(folder, GitIgnoreSpec.from_lines(()))
