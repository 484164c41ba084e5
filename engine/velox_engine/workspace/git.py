"""Asks git what changed and what a file used to be; nothing is ever written to the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from velox_engine.types import VeloxError

_SECONDS: Final = 60.0


def changed_files(folder: Path, revision: str) -> tuple[Path, ...]:
    """Return the files under `folder` that differ from `revision`, with new ones that git does not ignore.

    Deleted files are left out. Raises VeloxError `no-git`, `no-repository` or `no-such-revision`.
    """
    commit = resolve(folder, revision)
    changed = _git(
        folder,
        "diff",
        "--no-ext-diff",
        "--name-only",
        "--diff-filter=d",
        "--relative",
        "-z",
        commit,
        "--",
        ".",
    )
    new = _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    names = sorted({os.fsdecode(name) for name in (changed + new).split(b"\0") if name})
    return tuple(path for name in names if (path := folder / name).is_file())


def file_at(path: Path, revision: str) -> bytes | None:
    """Return the content of `path` at `revision`, None where it was not there yet.

    Raises VeloxError `no-git`, `no-repository` or `no-such-revision`.
    """
    commit = resolve(path.parent, revision)
    try:
        return _git(path.parent, "show", f"{commit}:./{path.name}")
    except VeloxError as error:
        if error.code == "git-failed":
            return None
        raise


def changed_between(folder: Path, old: str, new: str) -> tuple[str, ...]:
    """Return the files that are new or different in the second commit, relative to the repository's root."""
    listed = _git(
        folder, "diff", "--no-ext-diff", "--no-renames", "--name-only", "--diff-filter=d", "-z", old, new
    )
    return tuple(os.fsdecode(name) for name in listed.split(b"\0") if name)


def merge_base(folder: Path, one: str, other: str) -> str:
    """Return the commit where two revisions parted; raises VeloxError `no-merge-base`."""
    commits = resolve(folder, one), resolve(folder, other)
    try:
        return _git(folder, "merge-base", *commits).decode().strip()
    except VeloxError as error:
        if error.code != "git-failed":
            raise
        raise VeloxError(
            "no-merge-base",
            f"{one} and {other} have no commit in common here.",
            "A shallow clone lacks it: fetch the whole history (fetch-depth: 0).",
        ) from error


def messages(folder: Path, old: str, new: str) -> str:
    """Return the messages of the commits that the second revision has and the first has not, the oldest first."""
    return _git(folder, "log", "--reverse", "--no-show-signature", "--format=%B", f"{old}..{new}").decode(
        "utf-8", "replace"
    )


def export(folder: Path, commit: str, into: Path) -> None:
    """Write the files of a commit under `into`, without hooks and without what large-file filters would fetch."""
    root = repository(folder)
    with tempfile.TemporaryDirectory(prefix="velox-index-") as place:
        index = {"GIT_INDEX_FILE": os.path.join(place, "index")}
        _git(root, "read-tree", commit, environment=index)
        filters = ("-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false")
        _git(root, *filters, "checkout-index", "--all", f"--prefix={into}{os.sep}", environment=index)


def resolve(folder: Path, revision: str) -> str:
    """Return the full commit id behind a revision; raises VeloxError `no-such-revision`."""
    # A revision with a dash in front would be read as an option.
    if revision and not revision.startswith("-"):
        try:
            return (
                _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
                .decode()
                .strip()
            )
        except VeloxError as error:
            if error.code != "git-failed":
                raise
    repository(folder)
    raise VeloxError(
        "no-such-revision", f"git knows no commit {revision!r} here.", "Name a branch, a tag or a commit."
    )


def repository(folder: Path) -> Path:
    """Return the root of the working tree around `folder`; raises VeloxError `no-repository`."""
    try:
        return Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel")).rstrip("\n")).resolve()
    except VeloxError as error:
        if error.code != "git-failed":
            raise
        raise VeloxError(
            "no-repository", f"{folder} is in no git repository.", "Run the command in a checkout."
        ) from error


def _git(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
    if shutil.which("git") is None:
        raise VeloxError("no-git", "git is not installed.", "Install git, or leave the revision out.")
    # Hooks, pagers and prompts of the person's configuration have no part in reading.
    settings = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-pager")
    variables = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", **(environment or {})}
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env=variables,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VeloxError("no-git", f"git did not answer: {error}.", "Try git in that folder.") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise VeloxError("git-failed", f"git: {said}", "Try the same in a terminal.")
    return done.stdout
