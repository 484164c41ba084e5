"""Shows how far a long job is, where the client can show it, and lets the person cancel it there."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

_ANSWER_SECONDS = 5.0


class WorkDone:
    """One progress display; silent when the client has none."""

    def __init__(self, server: VeloxServer, token: str | int | None) -> None:
        self._server = server
        self._token = token

    @classmethod
    async def begin(cls, server: VeloxServer, title: str, token: str | int | None) -> WorkDone:
        """Begin with the client's token, or with one of ours if the client takes such."""
        window = server.client_capabilities.window
        if token is None and window is not None and window.work_done_progress:
            token = uuid.uuid4().hex
            request = server.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(token))
            try:
                await asyncio.wait_for(request, _ANSWER_SECONDS)
            except Exception:
                # Refused or not answered: the work is done all the same, unseen.
                token = None
        made = cls(server, token)
        made._send({"kind": "begin", "title": title, "cancellable": True, "percentage": 0})
        return made

    def cancels(self, task: asyncio.Task[Any]) -> None:
        """Let the person's cancel button end this task."""
        if self._token is not None:
            self._server.progress_tasks[self._token] = task

    def report(self, message: str, percentage: int) -> None:
        """Show what is being done."""
        self._send({"kind": "report", "message": message, "percentage": max(0, min(100, percentage))})

    def end(self, message: str) -> None:
        """Take the display away."""
        self._send({"kind": "end", "message": message})
        if self._token is not None:
            self._server.progress_tasks.pop(self._token, None)

    def _send(self, value: dict[str, Any]) -> None:
        if self._token is not None:
            self._server.protocol.publish(types.PROGRESS, json.dumps({"token": self._token, "value": value}))
