"""Keeps the diagnostics of files that are not open, for clients that pull those of the whole workspace."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from velox_engine.jobs import end_process
from velox_server.session import file_path

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

COMMAND: Final = (sys.executable, "-P", "-m", "velox_server.workspace_scan_process")
_LONGEST_LINE = 1 << 27
# Files on disk change in bursts: a checkout, a formatter.
_SETTLE_SECONDS = 0.5


class WorkspaceScan:
    """What the last scan of the workspace found, and whether it is still true."""

    def __init__(self, server: VeloxServer) -> None:
        self._server = server
        self._files: dict[str, tuple[str, str]] = {}  # path → (stamp, diagnostics as JSON)
        self._settings: Any = None  # that the files were scanned with
        self._told: set[tuple[str, str, str]] = set()  # hotspots that are in the log
        self._turn = asyncio.Lock()
        self._stale = asyncio.Event()
        self._stale.set()

    def changed(self) -> None:
        """Files on disk, settings or the set of open documents are others: answer the next question anew."""
        self._stale.set()

    async def report(self, previous: Mapping[str, str]) -> list[str]:
        """Return the reports that differ from what the client has (result id by URI) as JSON, waiting for one.

        A client asks again as soon as it is answered, so an answer without news would have it ask for ever.
        """
        while True:
            await self._stale.wait()
            await asyncio.sleep(_SETTLE_SECONDS)
            async with self._turn:
                self._stale.clear()
                await self._scan()
            reports = self._reports(previous)
            if reports or not previous:
                return reports

    def _reports(self, previous: Mapping[str, str]) -> list[str]:
        reports: list[str] = []
        uris = {Path(path).as_uri(): found for path, found in self._files.items()}
        for uri, (stamp, diagnostics) in uris.items():
            if previous.get(uri) != stamp and (diagnostics != "[]" or uri in previous):
                reports.append(_full(uri, stamp, diagnostics))
        # Open documents are reported by textDocument/diagnostic; what is gone is reported as empty once.
        is_open = self._server.session.get
        gone = [uri for uri in previous if uri not in uris and previous[uri] and is_open(uri) is None]
        reports += [_full(uri, "", "[]") for uri in gone]
        return reports

    async def _scan(self) -> None:
        server = self._server
        roots = [path for uri in server.workspace.folders if (path := file_path(uri)) is not None]
        resolved = [(root, server.configuration.for_path(root / "x.py")[0]) for root in roots]
        wanted = [
            (root, server.configuration.editor_for(root))
            for root, settings in resolved
            if settings.workspace_diagnostics
        ]
        # With other settings, from the editor or a pyproject.toml, what is known of a file is worth nothing.
        settings = str(resolved)
        if settings != self._settings:
            self._settings, self._files = settings, {}
        if not wanted:
            return
        request = {
            "folders": [{"path": str(root), "editor": editor} for root, editor in wanted],
            "encoding": server.session.encoding,
            "client": {"related": server.client.related_information, "tags": server.client.tags},
            "open": [str(d.path) for d in server.session.documents.values() if d.path is not None],
            "known": {path: stamp for path, (stamp, _) in self._files.items()},
        }
        async with server.busy("scanning", "the workspace"):
            self._files = await self._run(request)

    def _log(self, hotspots: Iterable[Mapping[str, Any]]) -> None:
        """Write into the editor's log which functions are worse than in the baseline of `velox monitor`, once each."""
        for one in hotspots:
            key = (one["path"], one["function"], one["cost"]["after"])
            if key not in self._told:
                self._told.add(key)
                word = "new hotspot" if one["kind"] == "new" else "hotter"
                before = f"{one['cost']['before']} → " if one["cost"]["before"] else ""
                self._server.log(
                    f"{word}: {one['path']}:{one['line']} {one['function']} {before}{one['cost']['after']}"
                )

    async def _run(self, request: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        found: dict[str, tuple[str, str]] = {}
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with contextlib.suppress(ConnectionError):
                process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
                await process.stdin.drain()
            async for line in process.stdout:
                told = json.loads(line)
                self._log(told.get("hotspots", ()))
                if "path" in told:
                    known = self._files.get(told["path"], ("", "[]"))
                    found[told["path"]] = (told["stamp"], told.get("diagnostics", known[1]))
        finally:
            await end_process(process)
        return found


def _full(uri: str, identity: str, diagnostics: str) -> str:
    head = f'"kind":"full","uri":{json.dumps(uri)},"version":null,"resultId":{json.dumps(identity)}'
    return f'{{{head},"items":{diagnostics}}}'
