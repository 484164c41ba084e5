"""Remembers who imports and calls a function, for hovers; looked for in a process, so that no hover waits for it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.tools import run_tool
from velox_engine.types import VeloxError

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

_MOST: Final = 500  # functions that are remembered


class KnownSurroundings:
    """What was found around functions, as long as their file on disk is the same."""

    def __init__(self, server: VeloxServer) -> None:
        self._server = server
        self._turn = asyncio.Lock()  # however many functions are hovered over, one process at a time
        self._known: dict[tuple[str, int, str], dict[str, Any] | None] = {}  # None: being looked for

    def told(self, path: Path | None, function: str) -> str:
        """Say in a line what is known; when nothing is, have it looked for, so that the next hover knows."""
        if path is None:
            return ""
        try:
            key = (str(path), os.stat(path).st_mtime_ns, function)
        except OSError:
            return ""
        if key not in self._known:
            while len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[key] = None
            self._server.spawn(self._look(key))
        found = self._known.get(key)
        return "" if found is None else _sentence(found)

    async def _look(self, key: tuple[str, int, str]) -> None:
        path, _, function = key
        async with self._turn:
            try:
                self._known[key] = await run_tool(["callers", f"{path}::{function}"])
            except VeloxError:
                self._known[key] = {}  # the buffer has a function that the file has not


def _sentence(found: dict[str, Any]) -> str:
    importers = len(found.get("imported_by", ()))
    certain = [one for one in found.get("callers", ()) if one["certain"]]
    places = {(one["path"], one["function"]) for one in certain}
    parts: list[str] = []
    if importers:
        parts.append(f"imported by {importers} {'module' if importers == 1 else 'modules'}")
    if places:
        parts.append(
            f"called {_times(len(certain))} from {len(places)} {'place' if len(places) == 1 else 'places'}"
        )
    return ", ".join(parts)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
