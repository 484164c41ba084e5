"""A server on loopback that answers as a test tells it to, in the protocol of OpenAI, Anthropic or Ollama."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Says:
    """Answer with this text, in pieces."""

    text: str


@dataclass(frozen=True)
class Fails:
    """Answer with this HTTP status."""

    status: int


@dataclass(frozen=True)
class Hangs:
    """Take the request and never answer."""


@dataclass(frozen=True)
class Babbles:
    """Stream text without end."""


Turn = Says | Fails | Hangs | Babbles
Script = Sequence[Turn] | Callable[[dict[str, Any]], Turn]


@dataclass
class ScriptedModel:
    """The running server: where it is and what it was asked."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    """Set when a client that was being answered went away."""

    @property
    def prompts(self) -> list[str]:
        """All text that reached the server, one entry a request."""
        return ["\n".join(str(m["content"]) for m in request["messages"]) for request in self.requests]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent when a client leaves: that is what some tests are about."""


@contextmanager
def scripted_model(script: Script) -> Iterator[ScriptedModel]:
    """Serve the turns of a script in order, the last one for ever, or what a function answers to each request."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = len(model.requests)
            model.requests.append(body)
            model.headers.append({name.lower(): value for name, value in self.headers.items()})
            model.paths.append(self.path)
            model.arrived.set()
            turn = script(body) if callable(script) else script[min(number, len(script) - 1)]
            try:
                self._take(turn, body)
            except OSError:
                model.left.set()

        def _take(self, turn: Turn, body: dict[str, Any]) -> None:
            if isinstance(turn, Fails):
                self._send(turn.status, "application/json", json.dumps({"error": {"message": "scripted"}}))
            elif isinstance(turn, Hangs):
                while not over.wait(0.02):
                    if self._gone():
                        model.left.set()
                        return
            elif isinstance(turn, Babbles):
                self._head()
                while not over.is_set():
                    self._piece({"content": "and so on " * 50})
                    time.sleep(0.005)
            elif self.path.endswith("/api/chat"):
                self._answer_as_ollama(turn.text)
            elif self.path.endswith("/messages"):
                self._answer_as_anthropic(turn.text)
            elif body.get("stream"):
                self._head()
                for piece in _pieces(turn.text):
                    self._piece({"content": piece})
                self._piece({}, finish="stop")
                self._event({"choices": [], "usage": _usage(turn.text)})
                self._chunk(b"data: [DONE]\n\n")
                self._chunk(b"")
            else:
                message = {"role": "assistant", "content": turn.text}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                answer = {
                    **_FRAME,
                    "object": "chat.completion",
                    "choices": [choice],
                    "usage": _usage(turn.text),
                }
                self._send(200, "application/json", json.dumps(answer))

        def _answer_as_ollama(self, text: str) -> None:
            """One JSON document a line, the last with the counts of tokens."""
            self._head("application/x-ndjson")
            for piece in _pieces(text):
                self._line({"message": {"role": "assistant", "content": piece}, "done": False})
            counts = {"prompt_eval_count": 100, "eval_count": len(text) // 4}
            ended = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
            self._line({**ended, **counts})
            self._chunk(b"")

        def _line(self, document: dict[str, Any]) -> None:
            frame = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z", **document}
            self._chunk(json.dumps(frame).encode() + b"\n")

        def _answer_as_anthropic(self, text: str) -> None:
            """Named events: a message begins, its text comes in pieces, it ends."""
            self._head()
            message = {
                "id": "scripted",
                "type": "message",
                "role": "assistant",
                "model": "scripted",
                "content": [],
            }
            ends: dict[str, Any] = {"stop_reason": None, "stop_sequence": None}
            usage = {"input_tokens": 100, "output_tokens": 1}
            self._named("message_start", message={**message, **ends, "usage": usage})
            self._named("content_block_start", index=0, content_block={"type": "text", "text": ""})
            for piece in _pieces(text):
                self._named("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            self._named("content_block_stop", index=0)
            ends["stop_reason"] = "end_turn"
            self._named("message_delta", delta=ends, usage={"output_tokens": len(text) // 4})
            self._named("message_stop")
            self._chunk(b"")

        def _named(self, event: str, **data: Any) -> None:
            self._chunk(f"event: {event}\ndata: {json.dumps({'type': event, **data})}\n\n".encode())

        def _gone(self) -> bool:
            self.connection.setblocking(False)
            try:
                return self.connection.recv(1) == b""
            except BlockingIOError:
                return False
            except OSError:
                return True
            finally:
                self.connection.setblocking(True)

        def _send(self, status: int, kind: str, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def _head(self, kind: str = "text/event-stream") -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()

        def _piece(self, delta: dict[str, Any], finish: str | None = None) -> None:
            self._event({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

        def _event(self, document: dict[str, Any]) -> None:
            frame = {**_FRAME, "object": "chat.completion.chunk", **document}
            self._chunk(f"data: {json.dumps(frame)}\n\n".encode())

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = _Server(("127.0.0.1", 0), Handler)
    model = ScriptedModel(f"http://127.0.0.1:{server.server_port}/v1")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        over.set()
        server.shutdown()
        server.server_close()


_FRAME = {"id": "scripted", "created": 1, "model": "scripted"}


def _pieces(text: str) -> list[str]:
    return [text[start : start + 40] for start in range(0, len(text), 40)]


def _usage(text: str) -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": len(text) // 4, "total_tokens": 100 + len(text) // 4}
