"""Runs a command with the recorder inside every interpreter it starts, and keeps what was called."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from velox_engine.source.document import read_source
from velox_engine.types import VeloxError
from velox_engine.verify.inputs import case_text
from velox_engine.verify.recording import recorder
from velox_engine.verify.recording.store import (
    MOST_CASES,
    Definition,
    Recorded,
    Recordings,
    case_line,
    definitions,
    now,
)
from velox_engine.verify.sandbox import Case

_LONGEST_LINE = 4 * recorder.MOST_CHARACTERS
_PATIENCE = 5.0  # seconds for the command to end after it was interrupted


@dataclass(frozen=True, slots=True)
class Session:
    """What one recorded command left behind."""

    exit_code: int
    processes: int  # interpreters that reported
    functions: tuple[Recorded, ...]
    dropped: dict[str, int] = field(default_factory=dict)  # reason → calls that were left out
    cancelled: bool = False

    @property
    def calls(self) -> int:
        """Calls kept in this session."""
        return sum(len(item.calls) for item in self.functions)


def record(command: Sequence[str], root: Path, *, output: int | None = None) -> Session:
    """Run `command`, capture the calls of the workspace's functions, and keep them.

    `output` is a descriptor for the command's standard output; its own when None. Ctrl-C reaches the command, and
    what was called until then is kept.
    Raises VeloxError `bad-command` when it cannot be started.
    """
    root = root.resolve()
    with tempfile.TemporaryDirectory(prefix="velox-record-") as scratch:
        hook, calls = Path(scratch, "hook"), Path(scratch, "calls")
        hook.mkdir()
        calls.mkdir()
        shutil.copyfile(recorder.__file__, hook / "sitecustomize.py")
        variables = {recorder.FOLDER_VARIABLE: str(calls), recorder.ROOT_VARIABLE: str(root)}
        code, cancelled = run_command(command, hook, variables, output)
        functions, dropped, processes = _collect(calls, root)
    Recordings(root).add(functions)
    return Session(code, processes, functions, dropped, cancelled)


def run_command(
    command: Sequence[str], hook: Path, variables: Mapping[str, str], output: int | None
) -> tuple[int, bool]:
    """Run a command whose interpreters load the `sitecustomize.py` of the folder `hook`; (exit code, interrupted).

    Raises VeloxError `bad-command` when it cannot be started.
    """
    path = os.environ.get("PYTHONPATH", "")
    first = f"{hook}{os.pathsep}{path}" if path else str(hook)
    environment = {**os.environ, **variables, "PYTHONPATH": first}
    try:
        process = subprocess.Popen(list(command), env=environment, stdout=output)
    except OSError as error:
        raise VeloxError(
            "bad-command", f"{command[0]!r} cannot be started: {error.strerror}.", "Give it as in a terminal."
        ) from error
    cancelled = False
    with process:
        try:
            process.wait()
        except KeyboardInterrupt:
            cancelled = True
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.send_signal(signal.SIGINT)
                process.wait(_PATIENCE)
            process.kill()
    return process.returncode, cancelled


def _collect(folder: Path, root: Path) -> tuple[tuple[Recorded, ...], dict[str, int], int]:
    """Read what the processes wrote and name the functions after the files as they are."""
    dropped: Counter[str] = Counter()
    calls: dict[tuple[str, int, str], dict[str, None]] = {}
    files = list(folder.glob("*.calls"))
    for file in files:
        for path, line, name, text in _rows(file):
            if path:
                calls.setdefault((path, line, name), {}).setdefault(text)
            else:
                with contextlib.suppress(ValueError, SyntaxError):
                    dropped.update(ast.literal_eval(text))
    found: list[Recorded] = []
    known: dict[str, dict[int, Definition]] = {}
    stamp = now()
    for (path, line, name), texts in calls.items():
        if path not in known:
            known[path] = _by_line(root / path)
        definition = known[path].get(line)
        if definition is None or definition.name != name:
            dropped["its definition was not found in the file"] += len(texts)
            continue
        kept, lost = _readable(texts, definition)
        dropped.update(lost)
        if kept:
            found.append(
                Recorded(Path(path).as_posix(), definition.function, definition.signature, kept, stamp)
            )
    return tuple(found), dict(+dropped), len(files)


def _rows(file: Path) -> Iterator[tuple[str, int, str, str]]:
    """The rows of one process; a last one that was cut off by a crash is passed over."""
    with file.open(encoding="ascii", errors="replace") as handle:
        while line := handle.readline(_LONGEST_LINE):
            row: Any = None
            with contextlib.suppress(ValueError, SyntaxError, MemoryError, RecursionError):
                row = ast.literal_eval(line)
            match row:
                case (str(path), int(number), str(name), str(text)):
                    yield path, number, name, text


def _by_line(path: Path) -> dict[int, Definition]:
    try:
        return {item.lines.start: item for item in definitions(read_source(path).text)}
    except VeloxError:
        return {}


def _readable(texts: dict[str, None], definition: Definition) -> tuple[tuple[str, ...], Counter[str]]:
    kept: list[str] = []
    lost: Counter[str] = Counter()
    for text in texts:
        case = case_line(text)
        if case is None:
            lost["arguments that do not read back"] += 1
        elif len(kept) < MOST_CASES:
            kept.append(case_text(Case(case.args[1:], case.kwargs)) if definition.drops_first else text)
    return tuple(kept), lost
