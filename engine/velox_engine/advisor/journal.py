"""Remembers which functions of a run are finished, so that an interrupted run goes on where it stopped.

One JSON line a function, written when it is finished. A run that comes to its end removes its journal.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from velox_engine.experience import sealing
from velox_engine.experience.lock import file_lock
from velox_engine.types import VeloxError

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished function: the file it was in, before and after, and what came of it."""

    path: str
    name: str
    before: str  # digest of the file that was read
    after: str  # digest of the file as it was left: another one where a suggestion was written
    document: dict[str, Any] = field(compare=False)


def digest(text: str) -> str:
    """Name a file's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Journal:
    """The finished functions of one run; a context manager that holds the run's lock."""

    def __init__(self, path: Path, *, restart: bool = False) -> None:
        self._path = path
        self._restart = restart
        self._stack = ExitStack()
        self._handle = -1
        self._count = 0

    def __enter__(self) -> Journal:
        """Open the journal; raises VeloxError `already-running` while another process works on the same."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._stack.enter_context(file_lock(self._path.with_suffix(".lock"), wait=False))
        except BlockingIOError as error:
            raise VeloxError(
                "already-running",
                "Another process is optimising the same with the same options.",
                "Wait for it, or end it: what it finished is kept.",
            ) from error
        if self._restart:
            self._path.unlink(missing_ok=True)
        self._drop_half_line()
        self._count = sum(1 for _ in self.entries())
        self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)
        self._stack.close()

    def add(self, entry: Entry) -> int:
        """Write a finished function down and return its number; from then on killing the process cannot lose it."""
        row = {
            "version": _VERSION,
            "path": entry.path,
            "name": entry.name,
            "before": entry.before,
            "after": entry.after,
            "document": entry.document,
        }
        data = (sealing.as_stored(json.dumps(row), sealing.current()) + "\n").encode("ascii")
        while data:
            data = data[os.write(self._handle, data) :]
        self._count += 1
        return self._count - 1

    def entries(self) -> Iterator[Entry]:
        """The finished functions in their order, read one at a time; lines that are no entries are passed over."""
        try:
            file = self._path.open(encoding="utf-8", errors="surrogatepass")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                entry = _read(line)
                if entry is not None:
                    yield entry

    def finish(self) -> None:
        """Forget the run: it came to its end."""
        self._path.unlink(missing_ok=True)

    def _drop_half_line(self) -> None:
        """Cut off what a killed run left of a line, or the next one would be glued to it."""
        try:
            with self._path.open("rb+") as file:
                end = file.seek(0, os.SEEK_END)
                while end and not _ends_line(file, end):
                    end -= 1
                file.truncate(end)
        except FileNotFoundError:
            return


def still_true(entries: list[Entry], current: str) -> tuple[list[Entry], Entry | None]:
    """Of the entries of one file, those that still speak of it, and one whose suggestion was not written any more.

    `current` is the digest of the file as it is. Each entry starts from what the one before it left behind; the last
    must have left the file that is there now, or be about to leave it when the run was killed.
    """
    unwritten: Entry | None = None
    if entries and entries[-1].after != entries[-1].before == current:
        unwritten = entries[-1]
        current = unwritten.after
    kept: list[Entry] = []
    for entry in reversed(entries):
        if entry.after != current:
            break
        kept.append(entry)
        current = entry.before
    kept.reverse()
    return kept, unwritten


def _read(line: str) -> Entry | None:
    try:
        row: Any = json.loads(sealing.as_read(line.rstrip("\n"), sealing.current()))
        if row["version"] != _VERSION or not isinstance(row["document"], dict):
            return None
        path, name, before, after = (str(row[key]) for key in ("path", "name", "before", "after"))
        return Entry(path, name, before, after, row["document"])
    except (ValueError, KeyError, TypeError, VeloxError):
        return None


def _ends_line(file: Any, end: int) -> bool:
    file.seek(end - 1)
    return file.read(1) == b"\n"
