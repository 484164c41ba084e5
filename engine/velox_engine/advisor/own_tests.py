"""Runs the person's own tests on a copy of the project that holds the rewrite."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from velox_engine.source.document import SourceFile, encode
from velox_engine.types import VeloxError

_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache", "*.pyc"
)
_SECONDS = 600
_MAX_BYTES = 512 << 20


@dataclass(frozen=True, slots=True)
class TestRun:
    """How the person's tests ended."""

    passed: bool
    says: str


def split_command(text: str) -> list[str]:
    """Split `--test-command` as a shell would; raises VeloxError `bad-test-command` when it cannot be."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise VeloxError(
            "bad-test-command", f"{text!r} is not understood: {error}.", "Mind the quotes."
        ) from error
    if not words:
        raise VeloxError(
            "bad-test-command", "The test command is empty.", "Leave it out, or say what to run."
        )
    return words


def run(root: Path, path: Path, source: SourceFile, new_text: str, command: list[str]) -> TestRun:
    """Copy `root`, put `new_text` in place of `path`, and run `command` there.

    The command is the person's own and runs unconfined, as it does without Velox; the folder it runs in is a copy.
    Raises VeloxError `bad-test-command` when it cannot be started, `too-large` when the project is too big to copy.
    """
    size = sum(p.stat().st_size for p in root.rglob("*") if p.is_file() and ".git" not in p.parts)
    if size > _MAX_BYTES:
        raise VeloxError("too-large", f"{root} is too large to copy for tests.", "Leave out --test-command.")
    with tempfile.TemporaryDirectory(prefix="velox-tests-") as folder:
        copy = Path(folder) / "project"
        shutil.copytree(root, copy, ignore=_LEFT_OUT, symlinks=True)
        target = copy / path.resolve().relative_to(root.resolve())
        target.write_bytes(encode(source, new_text))
        return run_in(copy, command)


def run_in(copy: Path, command: list[str]) -> TestRun:
    """Run `command` in a copy of the project; raises VeloxError `bad-test-command` when it cannot be started."""
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise VeloxError(
            "bad-test-command", f"{command[0]!r} was not found.", "Give the command as in a terminal."
        ) from error
    except subprocess.TimeoutExpired:
        return TestRun(False, f"did not end in {_SECONDS} s")
    last = (done.stdout.strip() or done.stderr.strip()).splitlines()[-1:] or [""]
    return TestRun(done.returncode == 0, last[0][:200] or f"exit code {done.returncode}")
