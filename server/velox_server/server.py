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
from collections.abc import Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from velox_engine.types import VeloxError
from velox_server import jobs
from velox_server.config import Configuration
from velox_server.convert.diagnostics import diagnostics_json
from velox_server.feedback import FeedbackRecorder
from velox_server.offers import Offers
from velox_server.protocol import VeloxProtocol
from velox_server.session import Document, Session, file_path

logger = logging.getLogger(__name__)

# After a scan that took longer than this the next waits as long, so that fast typing in a file of extreme size
# leaves half of a processor to others. Faster ones never wait: keystrokes that arrived meanwhile share a scan anyway.
_SLOW_SCAN_SECONDS: Final = 0.25
# Emacs waits for the answer to a command with its input blocked, and gives up after ten seconds.
_BLOCKING_CLIENTS: Final = frozenset({"eglot", "emacs"})
WORKER_VARIABLE: Final = "VELOX_WORKER_COMMAND"
"""Replaces the worker's command line; for trying out another worker."""


class VeloxServer(LanguageServer):
    """The state of one client's conversation; handlers are registered in `handlers`."""

    protocol: VeloxProtocol  # pyright: ignore[reportIncompatibleVariableOverride]

    def __init__(self, worker: tuple[str, ...] = ()) -> None:
        """`worker` replaces the command that starts the engine's worker."""
        super().__init__("velox-server", version("velox-lsp"), protocol_cls=VeloxProtocol, max_workers=1)
        self.session = Session()
        self.configuration = Configuration()
        self.feedback = FeedbackRecorder(self.log)
        self.offers = Offers()
        self.worker = worker or tuple(shlex.split(os.environ.get(WORKER_VARIABLE, ""))) or jobs.WORKER
        self.running: dict[tuple[str, str], asyncio.Task[Any]] = {}  # (uri, function) → its optimisation
        self.progress_tasks: dict[str | int, asyncio.Task[Any]] = {}  # progress token → what it cancels
        self.turn = asyncio.Semaphore(1)  # two measurements at once would disturb each other
        self.pulls_diagnostics = False
        self.say_later: list[str] = []  # what is wrong with the initial options, until messages are allowed
        self.client_name = ""
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
        tasks = [*self.running.values(), *self._background]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
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

    @property
    def client_waits_blocked(self) -> bool:
        """Whether this client stands still, or gives up, while a command has no answer yet."""
        return self.client_name.lower() in _BLOCKING_CLIENTS

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

    async def pull_configuration(self) -> None:
        """Ask the client for the settings it keeps for us and use them."""
        items = [types.ConfigurationItem(section="velox")]
        answer = await self.workspace_configuration_async(types.ConfigurationParams(items))
        self.configure(answer[0] if answer else None)

    def configure(self, values: Any) -> None:
        """Use the editor's settings; those that are wrong are named and left out."""
        for problem in self.configuration.set_editor(values):
            self.say(problem, types.MessageType.Warning)
        self.reconfigure_documents()

    def reconfigure_documents(self) -> None:
        """Scan the open documents again with the settings as they are now."""
        for document in self.session.documents.values():
            settings, problem = self.configuration.for_path(document.path)
            if problem:
                self.say(problem, types.MessageType.Warning)
            if settings != document.settings:
                document.configure(settings)
                self.refresh(document)
        workspace = self.client_capabilities.workspace
        if (
            self.pulls_diagnostics
            and workspace
            and workspace.diagnostics
            and workspace.diagnostics.refresh_support
        ):
            self.workspace_diagnostic_refresh(None)

    def document(self, uri: str) -> Document:
        """The open document of that URI; raises VeloxError `not-open`."""
        document = self.session.get(uri)
        if document is None:
            raise VeloxError("not-open", f"{uri} is not open in the editor.", "Open the file and try again.")
        return document

    def refresh(self, document: Document) -> None:
        """Push the diagnostics of a document soon: after the messages that have already arrived."""
        if self.pulls_diagnostics or document.uri in self._pending:
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

    def withdraw(self, uri: str) -> None:
        """Take back the diagnostics of a document that was closed."""
        handle = self._pending.pop(uri, None)
        if handle is not None:
            handle.cancel()
        if not self.pulls_diagnostics:
            self._publish(uri, None, "[]")

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
        made = diagnostics_json(snapshot)
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
