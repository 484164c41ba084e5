"""A language client that speaks raw JSON-RPC to a real server process, keeps the conversation, and answers requests."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SERVER = (sys.executable, "-m", "velox_server.app")
PATIENCE = 60.0

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {"publishDiagnostics": {"versionSupport": True}, "codeAction": {"dataSupport": True}},
}


class Wire:
    """One conversation; `log` holds (direction, seconds since the start, message).

    `answers` says what a request of the server gets, by method.
    """

    def __init__(
        self, command: tuple[str, ...] = SERVER, env: Mapping[str, str] | None = None, **options: Any
    ):
        self.began = time.perf_counter()
        self.log: list[tuple[str, float, dict[str, Any]]] = []
        self.answers: dict[str, Callable[[dict[str, Any]], Any]] = {}
        self._arrived: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._kept: list[dict[str, Any]] = []
        self._number = 0
        self._sending = threading.RLock()
        self.failure: Exception | None = None
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
            **options,
        )
        self.errors = bytearray()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while True:
            length = 0
            while (line := out.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if not length:
                self._arrived.put(None)
                return
            body = out.read(length)
            arrived = time.perf_counter() - self.began  # before our own decoding
            message = json.loads(body)
            self.log.append(("<-", arrived, message))
            # Answered here, as an editor does: at once, whatever the test waits for.
            if "id" in message and message.get("method") in self.answers:
                try:
                    answer = self.answers[message["method"]](message.get("params") or {})
                except Exception as error:
                    self.failure = error
                    self._arrived.put(None)
                    return
                self.send({"id": message["id"], "result": answer})
            self._arrived.put(message)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        while chunk := self.process.stderr.read1(65536):
            self.errors += chunk

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        message = {"jsonrpc": "2.0", **message}
        body = json.dumps(message, ensure_ascii=False).encode()
        with self._sending:
            self.log.append(("->", time.perf_counter() - self.began, message))
            self.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def notify(self, method: str, params: Any = None) -> None:
        """Send a notification."""
        self.send({"method": method, **({} if params is None else {"params": params})})

    def ask(self, method: str, params: Any = None) -> int:
        """Send a request and return its id."""
        self._number += 1
        self.send({"id": self._number, "method": method, **({} if params is None else {"params": params})})
        return self._number

    def call(self, method: str, params: Any = None) -> Any:
        """Send a request and return its result; an error is an AssertionError with what the server said."""
        reply = self.reply_to(self.ask(method, params))
        assert "error" not in reply, reply["error"]
        return reply["result"]

    def reply_to(self, identity: int) -> dict[str, Any]:
        """Wait for the reply to a request."""
        return self.wait(lambda message: message.get("id") == identity and "method" not in message)

    def wait_for(self, method: str, matches: Callable[[dict[str, Any]], bool] = lambda params: True) -> Any:
        """Wait for a message of that method and return its parameters."""
        found = self.wait(
            lambda message: message.get("method") == method and matches(message.get("params") or {})
        )
        return found.get("params")

    def wait(self, matches: Callable[[dict[str, Any]], bool], seconds: float = PATIENCE) -> dict[str, Any]:
        """Wait for a message; others are kept for later waits."""
        for index, message in enumerate(self._kept):
            if matches(message):
                return self._kept.pop(index)
        limit = time.monotonic() + seconds
        while True:
            message = self._arrived.get(timeout=max(0.01, limit - time.monotonic()))
            if self.failure is not None:
                raise self.failure
            assert message is not None, f"the server ended: {self.errors.decode(errors='replace')[-3000:]}"
            if matches(message):
                return message
            self._kept.append(message)

    def forget(self) -> None:
        """Drop what was kept of the conversation so far: in a long one it would be most of the memory."""
        self.log.clear()
        self._kept.clear()

    def initialize(
        self, capabilities: Mapping[str, Any] = CAPABILITIES, root: Path | None = None, **more: Any
    ) -> dict[str, Any]:
        """Begin the conversation and return what the server offers."""
        folders = [{"uri": root.as_uri(), "name": root.name}] if root is not None else None
        self.answers.setdefault("window/workDoneProgress/create", lambda params: None)
        result = self.call(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root.as_uri() if root else None,
                "workspaceFolders": folders,
                "capabilities": capabilities,
                **more,
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        """Open a document."""
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        """Change a document; a change without a range replaces all."""
        self.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": version}, "contentChanges": list(changes)},
        )

    def diagnostics(self, uri: str, version: int | None = None) -> list[dict[str, Any]]:
        """Wait for pushed diagnostics of that version."""
        params = self.wait_for(
            "textDocument/publishDiagnostics",
            lambda params: params["uri"] == uri and (version is None or params.get("version") == version),
        )
        return params["diagnostics"]

    def close(self) -> int:
        """End the conversation as the protocol has it and return the exit code."""
        self.call("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            try:
                stream.close()
            except BrokenPipeError:
                continue


def span(line: int, column: int, end_line: int, end_column: int) -> dict[str, Any]:
    """A range as JSON."""
    return {"start": {"line": line, "character": column}, "end": {"line": end_line, "character": end_column}}
