"""Tells which Python files of a folder have changed since the last look: from the operating system, or by a glance."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import SUFFIXES, discover

_SETTLE_MILLISECONDS: Final = 300  # a checkout or a formatter changes many files in a burst
_GLANCE_MILLISECONDS: Final = 5_000  # between two answers, so that the caller can stop


@dataclass(frozen=True, slots=True)
class Changes:
    """Files by what happened to them, in order."""

    changed: tuple[Path, ...] = ()  # new ones too
    removed: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed)


class Glance:
    """The files of a folder with the stamps they had; each look says what is different."""

    def __init__(self, root: Path, exclude: Sequence[str] = ()) -> None:
        self._root = root
        self._exclude = exclude
        self._stamps: dict[Path, tuple[int, int]] = {}

    def look(self) -> Changes:
        """Say what changed since the last look; at the first, every file is new."""
        try:
            files = discover([self._root], self._exclude).files
        except VeloxError:
            files = ()
        before, self._stamps = self._stamps, {}
        for path in files:
            try:
                found = os.stat(path)
            except OSError:
                continue
            self._stamps[path] = (found.st_mtime_ns, found.st_size)
        changed = tuple(path for path, stamp in self._stamps.items() if before.get(path) != stamp)
        return Changes(changed, tuple(path for path in before if path not in self._stamps))


def watch(root: Path, exclude: Sequence[str], stop: threading.Event) -> Iterator[Changes]:
    """Yield what changed under a folder: first all of it, then each burst of changes, until `stop` is set.

    What git or `exclude` ignores is not reported, nor are files that were only touched within their stamp.
    """
    from watchfiles import watch as watched

    glance = Glance(root, exclude)
    yield glance.look()
    bursts = watched(
        root,
        watch_filter=lambda change, path: path.endswith((*SUFFIXES, ".gitignore")),
        debounce=_SETTLE_MILLISECONDS,
        stop_event=stop,
        yield_on_timeout=True,
        rust_timeout=_GLANCE_MILLISECONDS,
        raise_interrupt=True,
    )
    for number, burst in enumerate(bursts):
        if stop.is_set():
            return
        # At first also without a burst: something may have changed before the watch was set up.
        changes = glance.look() if burst or number == 0 else Changes()
        if changes:
            yield changes
