"""The protocol under the handlers: pygls' own, with exact errors, cancellable commands and a cheap way out.

What differs from pygls: documents are kept by `session`, not by its workspace (which breaks lines at form feeds
and U+2028); a request that cannot be understood is answered; `workspace/executeCommand` can be cancelled;
results marked `Plain` skip the generic converter, which takes longer than finding what is in them; the memory of an
answered notification is given back.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from velox_server.server import VeloxServer

logger = logging.getLogger(__name__)

_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600
_INVALID_PARAMS = -32602


class Plain(str):
    """A result that is JSON text already."""

    @classmethod
    def of(cls, document: Any) -> Plain:
        """Encode a document of plain values."""
        return cls(json.dumps(document))


class VeloxProtocol(LanguageServerProtocol):
    """One client's conversation."""

    _server: VeloxServer  # pyright: ignore[reportIncompatibleVariableOverride]

    def receive(self, body: bytes) -> None:
        """Handle one message; whatever it holds, the server goes on."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError) as error:
            logger.warning("a message is not JSON: %s", error)
            self._refuse(None, _PARSE_ERROR, "the message is not JSON")
            return
        if not isinstance(message, dict) or message.get("jsonrpc") != self.VERSION:
            logger.warning("a message is not JSON-RPC 2.0")
            self._refuse(None, _INVALID_REQUEST, "the message is not JSON-RPC 2.0")
            return
        if self._shutdown and "id" in message and message.get("method"):
            self._refuse(message["id"], _INVALID_REQUEST, "the server is shutting down")
            return
        try:
            structured: Any = self.structure_message(message)
        except JsonRpcException as error:
            self._not_understood(message, error)
            return
        try:
            self.handle_message(structured)
        except Exception:
            logger.exception("handling %s failed", message.get("method", "a response"))

    def _execute_handler(self, msg_id: Any, *args: Any, **kwargs: Any) -> None:
        # pygls forgets the future of a request when it is answered, that of a notification never: one for each key.
        super()._execute_handler(msg_id, *args, **kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda done: self._request_futures.pop(msg_id, None))

    def _not_understood(self, message: dict[str, Any], error: JsonRpcException) -> None:
        identity = message.get("id")
        if identity is None:
            return
        if "method" in message:
            self._refuse(identity, _INVALID_PARAMS, f"the parameters of {message['method']} are not valid")
            return
        # A malformed answer of the client: whoever waits for it must not wait for ever.
        waiting: Future[Any] | None = self._request_futures.pop(identity, None)
        if waiting is not None:
            waiting.set_exception(error)

    def _refuse(self, identity: Any, code: int, message: str) -> None:
        self._send_data(
            {"jsonrpc": self.VERSION, "id": identity, "error": {"code": code, "message": message}}
        )

    def publish(self, method: str, params: str) -> None:
        """Send a notification whose parameters are JSON text already."""
        self._send_text(f'{{"jsonrpc":"2.0","method":"{method}","params":{params}}}')

    def _send_text(self, text: str) -> None:
        if self.writer is None:
            logger.error("nobody is connected to send to")
            return
        body = text.encode("utf-8")
        self.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _send_response(
        self, msg_id: Any, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        if error is None and isinstance(result, Plain):
            self._result_types.pop(msg_id, None)
            self._send_text(f'{{"jsonrpc":"2.0","id":{json.dumps(msg_id)},"result":{result}}}')
            return
        super()._send_response(msg_id, result, error)

    def _user_handler(self, method: str, params: Any) -> Generator[Any, Any, None]:
        handler = self.fm.features.get(method)
        if handler is not None:
            yield handler, (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.TEXT_DOCUMENT_DID_CLOSE, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def lsp_notebook_document__did_open(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.NOTEBOOK_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def lsp_notebook_document__did_change(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.NOTEBOOK_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def lsp_notebook_document__did_close(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.NOTEBOOK_DOCUMENT_DID_CLOSE, params)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(self, params: types.ExecuteCommandParams) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Run a command as a task of its own, so that `$/cancelRequest` reaches it."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        return await handler(params)

    @lsp_method(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def lsp_work_done_progress_cancel(self, params: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, params)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> Generator[Any, Any, None]:
        yield from self._user_handler(types.SHUTDOWN, args[0] if args else None)
        self._shutdown = True

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """End the process: 0 after `shutdown`, else 1, as the protocol has it."""
        self._server.stop(0 if self._shutdown else 1)

    @property
    def is_shutting_down(self) -> bool:
        """Whether the client has asked for the end."""
        return self._shutdown
