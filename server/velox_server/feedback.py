"""Records what the person does with suggestions, and notices when an applied one is edited or taken back.

The store works in a thread of its own: a locked or slow disk never holds up the editor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from velox_engine.types import FeedbackKind, VeloxError
from velox_server.anchors import same_code
from velox_server.offers import Offer
from velox_server.session import Document, Session

if TYPE_CHECKING:
    from velox_engine.experience import ExperienceStore, FeedbackRecord, SuggestionRecord

_T = TypeVar("_T")

ORIGIN: Final = "editor"
# Undo and redo to compare two versions is looking, not taking back.
_SETTLE_SECONDS: Final = 1.0


class FeedbackRecorder:
    """The store as the server uses it, and the applied suggestions it watches."""

    def __init__(self, log: Callable[[str], None], database: Callable[[], str] = str) -> None:
        """`log` tells the person; `database` gives the editor's setting of that name."""
        self._log = log
        self._database = database
        self._thread: ThreadPoolExecutor | None = None
        self._store: ExperienceStore | None = None
        self._watched: dict[str, list[Offer]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._recorded: set[tuple[str, str]] = set()  # (occasion, kind)
        self._writing: set[asyncio.Task[bool]] = set()

    async def shown(self, offer: Offer, path: str, workspace: str) -> None:
        """Keep a suggestion that is about to be shown."""
        await self._in_store(lambda store: store.record_suggestion(_record(offer, path, workspace)))

    async def record(self, offer: Offer, kind: FeedbackKind, note: str = "") -> bool:
        """Keep what the person did, once for each showing; False when it was kept before or cannot be."""
        return await self.record_answer(offer.id, offer.occasion, kind, note)

    async def record_answer(self, identity: str, occasion: str, kind: FeedbackKind, note: str = "") -> bool:
        """The same for a suggestion that the store knows, by its id; `occasion` is one showing of it."""
        if (occasion, kind) in self._recorded:
            return False
        self._recorded.add((occasion, kind))
        answer = await self._in_store(
            lambda store: store.record_feedback(identity, kind, occasion=occasion, origin=ORIGIN, note=note)
        )
        return bool(answer)

    async def listed(self, kind: FeedbackKind | None, limit: int | None) -> list[FeedbackRecord]:
        """Return the feedback of the store, newest first."""
        return await self._in_store(lambda store: store.list_feedback(kind=kind, limit=limit)) or []

    def watch(self, offer: Offer) -> None:
        """Follow an applied suggestion until its document is closed."""
        self._watched.setdefault(offer.uri, []).append(offer)

    def changed(self, document: Document) -> None:
        """The document changed: look at it when the person pauses."""
        uri = document.uri
        if uri not in self._watched:
            return
        self._cancel_timer(uri)
        loop = asyncio.get_running_loop()
        self._timers[uri] = loop.call_later(_SETTLE_SECONDS, self._look, document, False)

    def saved(self, document: Document) -> None:
        """The document was saved: what stands there now is what the person wants."""
        self._look(document, True)

    def closed(self, document: Document) -> None:
        """The document is closed: its suggestions are no longer followed."""
        self._look(document, True)
        self._watched.pop(document.uri, None)

    def _look(self, document: Document, final: bool) -> None:
        self._cancel_timer(document.uri)
        for offer in self._watched.get(document.uri, ()):
            text = document.snapshot.function_text(offer.function)
            if text is not None and same_code(text, offer.old_function):
                self._write(offer, "reverted", "")
            elif not final or (text is not None and same_code(text, offer.new_function)):
                continue
            else:
                self._write(
                    offer, "edited", "" if text is not None else "the function is gone or was renamed"
                )

    def _cancel_timer(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def _write(self, offer: Offer, kind: FeedbackKind, note: str) -> None:
        task = asyncio.ensure_future(self.record(offer, kind, note))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def close(self, session: Session) -> None:
        """Look a last time at what is open, finish writing and close the store."""
        for document in list(session.documents.values()):
            self.closed(document)
        await asyncio.gather(*self._writing, return_exceptions=True)
        if self._thread is not None:
            if self._store is not None:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._store.close)
            self._thread.shutdown()

    async def _in_store(self, operation: Callable[[ExperienceStore], _T]) -> _T | None:
        """Run in the store's thread; a store that cannot be used is reported and costs only the record."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="velox-store")

        def work() -> tuple[_T, list[str]]:
            # Imported here: a session without a suggestion never needs a database.
            from velox_engine.experience import ExperienceStore

            if self._store is None:
                self._store = ExperienceStore.open(database=self._database())
            answer = operation(self._store)
            notices, self._store.notices = self._store.notices, []
            return answer, notices

        try:
            answer, notices = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except VeloxError as error:
            self._log(f"{error.message} {error.hint}")
            return None
        for notice in notices:
            self._log(notice)
        return answer


def _record(offer: Offer, path: str, workspace: str) -> SuggestionRecord:
    from velox_engine.experience import SuggestionRecord

    suggestion = offer.suggestion
    speed = suggestion.get("speedup")
    return SuggestionRecord(
        id=offer.id,
        path=path,
        function=offer.function,
        workspace=workspace,
        origin=ORIGIN,
        strategies=tuple(suggestion.get("strategies") or ()),
        actions=tuple(suggestion.get("actions") or ()),
        speedup=(speed["median"], speed["low"], speed["high"]) if speed else None,
        memory_ratio=suggestion.get("memory_ratio"),
        evidence=dict(suggestion.get("evidence") or {}),
        confidence=suggestion.get("confidence"),
        reward=suggestion.get("reward"),
        old_function=offer.old_function,
        new_function=offer.new_function,
    )
