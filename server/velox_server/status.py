"""Tells clients that ask for it what Velox is doing: the custom notification `velox/status`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from velox_engine.settings import Settings

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

METHOD: Final = "velox/status"


class Status:
    """What is going on, sent whenever it changes."""

    def __init__(self, server: VeloxServer) -> None:
        self._server = server
        self._doing: list[tuple[str, str]] = []  # (state, about) of what runs, the latest last
        self._sent: dict[str, Any] = {}
        self._used: str | None = None  # of today's budget for models; None: to be read again
        self.policy: dict[str, Any] = {}  # the document of `velox policy status`, once known

    @contextmanager
    def doing(self, state: str, about: str) -> Iterator[None]:
        """Show that something is under way: "scanning", "verifying" or "optimizing", and what about."""
        entry = (state, about)
        self._doing.append(entry)
        self.changed()
        try:
            yield
        finally:
            self._doing.remove(entry)
            if state == "optimizing":
                self._used = None
            self.changed()

    def document(self) -> dict[str, Any]:
        """The present state."""
        server = self._server
        state, about = self._doing[-1] if self._doing else ("ready", "")
        settings = server.configuration.for_path(None)[0]
        return {
            "state": state,
            "about": about,
            "trusted": settings.trust,
            "verifyInIdle": settings.verify_in_idle and server.configuration.trusts(None),
            "budget": settings.budget,
            "policy": {key: self.policy.get(key) for key in ("active", "learned")} if self.policy else None,
            "model": _model(settings),
            "modelUse": self._use_of_models(settings),
        }

    def _use_of_models(self, settings: Settings) -> str | None:
        """What of today's budget for models is used, as it was after the last rewriting; None without a model."""
        if _model(settings) is None:
            return None
        if self._used is None:
            from velox_engine.llm.report import spending_today  # not loaded while there is no model

            self._used = spending_today(settings)
        return self._used

    def changed(self) -> None:
        """Send the state if the client takes it and it is another one than last time."""
        if not self._server.client.wants_status:
            return
        document = self.document()
        if document != self._sent:
            self._sent = document
            self._server.protocol.publish(METHOD, json.dumps(document))


def _model(settings: Settings) -> str | None:
    """The model that would be asked first, None when none would be."""
    named = (settings.llm_primary, settings.llm_secondary, settings.llm_local)
    return next((model for model in named if model), None) if settings.llm else None
