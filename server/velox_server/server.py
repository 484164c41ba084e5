"""The language server object: what its handlers share, and how it starts and ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shlex
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from velox_engine import jobs
from velox_engine.types import VeloxError
from velox_server.client import Client
from velox_server.config import Configuration
from velox_server.convert.diagnostics import diagnostics_json
from velox_server.deeper import Deeper
from velox_server.feedback import FeedbackRecorder
from velox_server.idle import Idle
from velox_server.notebooks import Book
from velox_server.offers import Offers
from velox_server.protocol import VeloxProtocol
from velox_server.session import Document, Session, file_path
from velox_server.status import Status
from velox_server.surroundings import KnownSurroundings
from velox_server.workspace_report import WorkspaceScan

logger = logging.getLogger(__name__)

# After a scan that took longer than this the next waits as long, so that fast typing in a file of extreme size
# leaves half of a processor to others. Faster ones never wait: keystrokes that arrived meanwhile share a scan anyway.
_SLOW_SCAN_SECONDS: Final = 0.25
NOTEBOOKS: Final = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage(language="python")])
    ],
    save=True,
)
WORKER_VARIABLE: Final = "VELOX_WORKER_COMMAND"
"""Replaces the worker's command line; for trying out another worker."""


class VeloxServer(LanguageServer):
    """The state of one client's conversation; handlers are registered in `handlers`."""

    protocol: VeloxProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, worker: tuple[str, ...] = ()) -> None:
        """`worker` replaces the command that starts the engine's worker."""
        super().__init__(
            "velox-server",
            version("velox-lsp"),
            protocol_cls=VeloxProtocol,
            max_workers=1,
            notebook_document_sync=NOTEBOOKS,
        )
        self.session = Session()
        self.configuration = Configuration()
        self.feedback = FeedbackRecorder(self.log, lambda: self.configuration.for_path(None)[0].database)
        self.offers = Offers()
        self.worker = worker or tuple(shlex.split(os.environ.get(WORKER_VARIABLE, ""))) or jobs.WORKER
        self.running: dict[tuple[str, str], asyncio.Task[Any]] = {}  # (uri, function) → its optimisation
        self.progress_tasks: dict[str | int, asyncio.Task[Any]] = {}  # progress token → what it cancels
        self.turn = asyncio.Semaphore(1)  # two measurements at once would disturb each other
        self.client = Client()
        self.idle = Idle(self)
        self.status = Status(self)
        self.workspace_scan = WorkspaceScan(self)
        self.surroundings = KnownSurroundings(self)
        self.deeper = Deeper(self)
        self.say_later: list[str] = []  # what is wrong with the initial options, until messages are allowed
        self._results = 0  # counts the different diagnostics made, to name them
        self._pending: dict[str, asyncio.TimerHandle] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.stopped: asyncio.Future[int]

    def started(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to serve on this loop."""
        self.stopped = loop.create_future()

    def stop(self, code: int) -> None:
        """End the process with this exit code; the first call counts."""
        if not self.stopped.done():
            self.stopped.set_result(code)

    def disconnected(self) -> None:
        """The client is gone: fine after `shutdown`, else a failure."""
        self.stop(0 if self.protocol.is_shutting_down else 1)

    async def close(self) -> None:
        """End all workers and dialogs, and write down what is still to be recorded."""
        for handle in self._pending.values():
            handle.cancel()
        self.idle.close()
        tasks = [*self.running.values(), *self._background]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.deeper.close()
        await self.feedback.close(self.session)
        if self._folder is not None:
            self._folder.cleanup()
        self.shutdown()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background until it ends or the server does; its failure is logged."""
        task = asyncio.ensure_future(work)
        self._background.add(task)

        def finished(done: asyncio.Task[None]) -> None:
            self._background.discard(done)
            if not done.cancelled() and (error := done.exception()) is not None:
                logger.error("a background task failed", exc_info=error)

        task.add_done_callback(finished)
        return task

    def temporary_folder(self) -> Path:
        """A folder that lives as long as the server, for diffs that the editor shows."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="velox-")
        return Path(self._folder.name)

    def folder_of(self, document: Document) -> Path:
        """The workspace folder that a document lies in, else its own folder."""
        paths = [file_path(uri) for uri in self.workspace.folders]
        if self.workspace.root_uri:
            paths.append(file_path(self.workspace.root_uri))
        known = [path for path in paths if path is not None]
        if document.path is None:
            return known[0] if known else Path.cwd()
        around = [path for path in known if document.path.is_relative_to(path)]
        return max(around, key=lambda path: len(path.parts), default=document.path.parent)

    def open(self, uri: str, number: int, text: str) -> Document:
        """Begin to follow a document with the settings of its project."""
        settings, problem = self.configuration.for_path(file_path(uri))
        if problem:
            self.say(problem, types.MessageType.Warning)
        return self.session.open(uri, number, text, settings)

    def open_book(self, uri: str) -> Book:
        """Begin to follow a notebook."""
        settings, problem = self.configuration.for_path(file_path(uri))
        if problem:
            self.say(problem, types.MessageType.Warning)
        book = self.session.books[uri] = Book(uri, settings, self.session.documents)
        return book

    async def pull_configuration(self) -> None:
        """Ask the client for the settings it keeps for us, in general and for each folder, and use them."""
        folders = {uri: path for uri in self.workspace.folders if (path := file_path(uri)) is not None}
        items = [types.ConfigurationItem(section="velox")]
        items += [types.ConfigurationItem(scope_uri=uri, section="velox") for uri in folders]
        answer = list(await self.workspace_configuration_async(types.ConfigurationParams(items)) or ())
        own = dict(zip(folders.values(), answer[1:], strict=False))
        self.configure(answer[0] if answer else None, own)

    def configure(self, values: Any, folders: Mapping[Path, Any] | None = None) -> None:
        """Use the editor's settings; those that are wrong are named and left out."""
        for problem in self.configuration.set_editor(values, folders):
            self.say(problem, types.MessageType.Warning)
        self.reconfigure_documents()
        self.status.changed()

    def reconfigure_documents(self) -> None:
        """Scan the open documents again with the settings as they are now."""
        for document in self.session.documents.values():
            settings, problem = self.configuration.for_path(document.path)
            if problem:
                self.say(problem, types.MessageType.Warning)
            if settings != document.settings:
                document.configure(settings)
                self.refresh(document)
        self.workspace_scan.changed()
        if self.client.pulls_diagnostics and "diagnostics" in self.client.refreshes:
            self.workspace_diagnostic_refresh(None)
        self.refresh_figures()

    def refresh_figures(self) -> None:
        """Let the editor ask again for what shows measured figures."""
        if "codeLens" in self.client.refreshes:
            self.workspace_code_lens_refresh(None)
        if "inlayHint" in self.client.refreshes:
            self.workspace_inlay_hint_refresh(None)

    @contextlib.asynccontextmanager
    async def busy(self, state: str, about: str) -> AsyncIterator[None]:
        """Show that something is under way to clients that ask for it."""
        with self.status.doing(state, about):
            yield

    def log_seconds(self, what: str, seconds: float) -> None:
        """Write to the log how long something took that the person did not wait for."""
        self.log(f"{what} in {seconds:.1f} s", types.MessageType.Log)

    def document(self, uri: str) -> Document:
        """The open document of that URI; raises VeloxError `not-open`."""
        document = self.session.get(uri)
        if document is None:
            raise VeloxError("not-open", f"{uri} is not open in the editor.", "Open the file and try again.")
        return document

    def refresh(self, document: Document) -> None:
        """Push the diagnostics of a document soon: after the messages that have already arrived."""
        if self._is_pulled(document) or document.uri in self._pending:
            return
        delay = 0.0
        if document.scan_seconds > _SLOW_SCAN_SECONDS:
            delay = max(0.0, document.scanned_at + document.scan_seconds - time.monotonic())
        self._pending[document.uri] = asyncio.get_running_loop().call_later(delay, self._push, document.uri)

    def _push(self, uri: str) -> None:
        self._pending.pop(uri, None)
        document = self.session.get(uri)
        if document is not None:
            self.diagnose(document)
            self._publish(uri, document.version, document.diagnostics)

    def close_document(self, uri: str) -> None:
        """Forget a document, and end what is being worked out for it."""
        document = self.session.close(uri)
        if document is None:
            return
        self.feedback.closed(document)
        self.idle.closed(document)
        for (owner, _), task in list(self.running.items()):
            if owner == uri:
                task.cancel()
        self._withdraw(document)

    def _withdraw(self, document: Document) -> None:
        """Take back the diagnostics of a document that was closed."""
        handle = self._pending.pop(document.uri, None)
        if handle is not None:
            handle.cancel()
        if not self._is_pulled(document):
            self._publish(document.uri, None, "[]")

    def _is_pulled(self, document: Document) -> bool:
        # A client that pulls asks for the documents in its tabs; VS Code's never does for the cells of a notebook.
        return self.client.pulls_diagnostics and document.book is None

    def _publish(self, uri: str, number: int | None, diagnostics: str) -> None:
        shown = "" if number is None else f'"version":{number},'
        params = f'{{"uri":{json.dumps(uri)},{shown}"diagnostics":{diagnostics}}}'
        self.protocol.publish(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def diagnose(self, document: Document) -> None:
        """Bring a document's diagnostics up to date; the result id changes only when they do."""
        snapshot = document.snapshot
        if document.diagnosed is snapshot:
            return
        document.diagnosed = snapshot
        made = diagnostics_json(snapshot, self.client, document.made)
        if made != document.diagnostics or not document.result_id:
            document.diagnostics = made
            self._results += 1
            document.result_id = str(self._results)

    def say(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Show a message to the person."""
        self.window_show_message(types.ShowMessageParams(type=kind, message=message))

    def log(self, message: str, kind: types.MessageType = types.MessageType.Warning) -> None:
        """Write to the editor's log of this server."""
        with contextlib.suppress(Exception):
            self.window_log_message(types.LogMessageParams(type=kind, message=message))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Put an error of a handler into the log: a window for each would bury the person."""
        self.log(f"velox-server: {error}", types.MessageType.Error)
