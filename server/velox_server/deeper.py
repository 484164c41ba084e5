"""Asks a process for what only types from other files show, so that neither keys nor the server's memory pay for it."""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from velox_engine.jobs import end_process
from velox_engine.rules import selection_for
from velox_engine.types import Finding, Position
from velox_engine.workspace.project import find_root
from velox_server.session import Document, Snapshot

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

COMMAND: Final = (sys.executable, "-P", "-m", "velox_server.deeper_process")
_LONGEST_LINE: Final = 1 << 24
# What takes longer, such as the start of the process or a file of extreme size, is for the next hover.
_WORTH_WAITING: Final = 0.15
_PATIENCE: Final = 20.0


class Deeper:
    """The process, started when it is needed; one question at a time, and none twice for the same text."""

    def __init__(self, server: VeloxServer) -> None:
        self._server = server
        self._process: asyncio.subprocess.Process | None = None
        self._took = math.inf  # seconds, the last answer of this process
        self._turn = asyncio.Lock()
        self._asked: dict[tuple[str, str], tuple[Snapshot, asyncio.Task[None]]] = {}

    async def look(self, document: Document, snapshot: Snapshot, function: str) -> None:
        """Have a function looked at, and wait for that no longer than a hover may take."""
        if document.is_deeper(snapshot, function):
            return
        key = (document.uri, function)
        known = self._asked.get(key)
        if known is None or known[0] is not snapshot:
            task = self._server.spawn(self._look(document, snapshot, function))
            known = self._asked[key] = (snapshot, task)
            task.add_done_callback(lambda done: self._forget(key, done))
        if self._took <= _WORTH_WAITING:
            await asyncio.wait((known[1],), timeout=_WORTH_WAITING)

    def _forget(self, key: tuple[str, str], task: asyncio.Task[None]) -> None:
        known = self._asked.get(key)
        if known is not None and known[1] is task:
            del self._asked[key]

    async def _look(self, document: Document, snapshot: Snapshot, function: str) -> None:
        async with self._turn:
            if document.snapshot is not snapshot:
                return  # typed meanwhile: whoever still wants to know will ask again
            root = await asyncio.to_thread(find_root, document.path) if document.path is not None else None
            request = {
                "text": snapshot.parsed.source.text,
                "path": str(document.path) if document.path is not None else None,
                "function": function,
                "root": str(root) if root is not None else None,
                "selection": asdict(selection_for(document.settings, document.path)),
            }
            started = time.monotonic()
            try:
                found = await asyncio.wait_for(self._ask(json.dumps(request).encode() + b"\n"), _PATIENCE)
            except BaseException:
                await self._end()  # its next line would answer this question
                raise
            self._took = time.monotonic() - started
        if found is not None:
            document.remember_deeper(snapshot, function, [_finding(told) for told in found])

    async def _ask(self, request: bytes) -> list[dict[str, Any]] | None:
        """The process's answer; None when it ended instead, by itself just now or by a failure."""
        for _ in range(2):
            if self._process is None:
                self._process = await asyncio.create_subprocess_exec(
                    *COMMAND,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL,
                    limit=_LONGEST_LINE,
                    start_new_session=True,
                )
            process = self._process
            assert process.stdin is not None and process.stdout is not None, "both are pipes"
            try:
                process.stdin.write(request)
                await process.stdin.drain()
                line = await process.stdout.readline()
            except ConnectionError:
                line = b""
            if line:
                return json.loads(line)
            await self._end()
        return None

    async def _end(self) -> None:
        process, self._process, self._took = self._process, None, math.inf
        if process is not None:
            await end_process(process)

    async def close(self) -> None:
        """End the process."""
        await self._end()


def _finding(told: dict[str, Any]) -> Finding:
    return Finding(**{**told, "start": Position(**told["start"]), "end": Position(**told["end"])})
