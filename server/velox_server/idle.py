"""Verifies findings of the document that was last touched while the person pauses: pre-verified light bulbs.

Runs code of the workspace, so only where the editor itself says that the workspace is trusted; one finding at a
time, a bounded number for each state of a document, and it gives way as soon as the person types or asks for anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from velox_engine import jobs
from velox_engine.tools import run_tool
from velox_engine.types import VeloxError
from velox_server.anchors import syntax_hash
from velox_server.session import Document, Snapshot

if TYPE_CHECKING:
    from velox_server.progress import WorkDone
    from velox_server.server import VeloxServer

_PAUSE_SECONDS: Final = 2.0
_MOST_REMEMBERED: Final = 2048
_SHADOW_SECONDS: Final = 3600.0  # between two looks at whether the shadow policy is due for training
_SEVERITY: Final = {"warning": 0, "info": 1, "hint": 2}

Key = tuple[str, str, str, str, str]  # document, function, its syntax, what it refers to, strategy


class Idle:
    """What was verified so far, and what is being verified now."""

    def __init__(self, server: VeloxServer) -> None:
        self._server = server
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._document: Document | None = None
        self._known: dict[Key, str] = {}  # → why there is no rewrite, "" when there is one
        self._shadow_after = 0.0
        self.pause = _PAUSE_SECONDS

    def touched(self, document: Document) -> None:
        """The person works on a document: what runs gives way, and its findings are next when they pause."""
        self.give_way()
        self._document = document
        settings = document.settings
        if settings.verify_in_idle and settings.trust and self._server.configuration.trusts(document.path):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self.pause, self._begin, document)

    def give_way(self) -> None:
        """Stop at once: something that the person asked for comes first."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def closed(self, document: Document) -> None:
        """The document is closed: nothing more is worked out for it."""
        if self._document is document:
            self.give_way()

    def close(self) -> None:
        """End for good."""
        self.give_way()

    def refusal(self, snapshot: Snapshot, function: str, strategy: str) -> str:
        """Why an earlier look found no rewrite of this very code, "" when there was none or it found one."""
        key = _key(snapshot, function, strategy)
        return self._known.get(key, "") if key is not None else ""

    def note(self, snapshot: Snapshot, function: str, strategy: str, found: dict[str, Any]) -> None:
        """Remember what a look at one finding came to, so that it is not repeated for the same code."""
        key = _key(snapshot, function, strategy)
        if key is None:
            return
        self._known[key] = "" if found.get("suggestions") else str(found.get("reason") or "nothing was found")
        if len(self._known) > _MOST_REMEMBERED:
            del self._known[next(iter(self._known))]

    def forget(self) -> None:
        """Files that the code imports may be others now: look again."""
        self._known.clear()

    def _begin(self, document: Document) -> None:
        self._timer = None
        if self._server.session.get(document.uri) is document:
            self._task = self._server.spawn(self._verify(document))

    async def _verify(self, document: Document) -> None:
        snapshot = document.snapshot
        for function, strategy in list(self._wanted(snapshot))[: snapshot.settings.idle_findings]:
            if self._server.turn.locked():
                return
            try:
                await self.look(document, snapshot, function, strategy)
            except (VeloxError, TimeoutError) as error:
                reason = error.message if isinstance(error, VeloxError) else "it took too long"
                self.note(snapshot, function, strategy, {"reason": reason})
        if snapshot.settings.train_in_idle and time.monotonic() >= self._shadow_after:
            self._shadow_after = time.monotonic() + _SHADOW_SECONDS
            with suppress(VeloxError):
                # It only starts a job, which outlives this server.
                await run_tool(["train", "shadow", "--if-due"])

    async def look_at_all(self, document: Document, snapshot: Snapshot, display: WorkDone) -> dict[str, Any]:
        """Look at every finding not looked at yet, as the person asked; returns how many got a rewrite."""
        task = asyncio.current_task()
        assert task is not None, "a request is handled in a task"
        display.cancels(task)
        wanted = list(self._wanted(snapshot))
        ending = "cancelled"
        try:
            for number, (function, strategy) in enumerate(wanted):
                display.report(f"{function}: {strategy}", 100 * number // len(wanted))
                try:
                    await self.look(document, snapshot, function, strategy)
                except (VeloxError, TimeoutError) as error:
                    reason = error.message if isinstance(error, VeloxError) else "it took too long"
                    self.note(snapshot, function, strategy, {"reason": reason})
            ending = "done"
        finally:
            display.end(ending)
        verified = [offer.id for offer in self._server.offers.open_in(snapshot)]
        return {"looked_at": len(wanted), "suggestions": verified}

    def _wanted(self, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
        """(function, strategy) of the findings not looked at yet, the worst first."""
        worst = sorted(snapshot.findings, key=lambda found: (_SEVERITY[found.severity], found.start))
        nested = {span.qualname for span in snapshot.functions if span.nested}
        seen: set[tuple[str, str]] = set()
        for finding in worst:
            pair = (finding.function, finding.strategy)
            if all(pair) and finding.function not in nested and pair not in seen:
                seen.add(pair)
                key = _key(snapshot, *pair)
                if key is not None and key not in self._known:
                    yield pair

    async def look(self, document: Document, snapshot: Snapshot, function: str, strategy: str) -> None:
        """Let a worker verify what one strategy makes of a function, and offer it if it stands."""
        from velox_server.optimize import keep_offers, request_for

        server = self._server
        folder = server.folder_of(document)
        settings = snapshot.settings
        request = request_for(server, document, snapshot, function, strategy)
        request["settings"] = {
            **{key: value for key, value in request["settings"].items() if key != "budget"},
            "budget": min(settings.budget, settings.idle_budget),
        }
        started = time.monotonic()
        async with server.turn:
            with server.status.doing("verifying", function):
                work = jobs.run_worker(
                    request,
                    lambda message, percentage: None,
                    command=server.worker,
                    folder=str(folder) if folder.is_dir() else None,
                    patient=True,
                )
                # The budget bounds the search; what follows it is bounded here.
                result = await asyncio.wait_for(work, 3 * settings.idle_budget + 30)
        server.log_seconds(f"verified {function} with {strategy}", time.monotonic() - started)
        await keep_offers(server, document, snapshot, result, strategy, asked=False)
        server.refresh_figures()


def _key(snapshot: Snapshot, function: str, strategy: str) -> Key | None:
    text = snapshot.function_text(function)
    digest = syntax_hash(text) if text is not None else None
    if digest is None:
        return None
    return snapshot.uri, function, digest, snapshot.context(function), strategy
