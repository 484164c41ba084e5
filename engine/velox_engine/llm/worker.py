"""The process that asks models: one JSON line in per request, JSON lines out; the end of its input ends it at once.

Replies carry the request's id: {"started": true} when the library is loaded, {"received": characters} while the
answer comes in, then {"text", "prompt_tokens", "completion_tokens", "cost"} or {"error": {"kind", "message"}}.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import sys
import threading
from contextlib import suppress
from typing import Any, Final, TextIO

from velox_engine.llm import transports

_MOST_DESCRIPTORS: Final = 1024


def main() -> int:
    """Answer requests, one after the other, until standard input ends."""
    # Ctrl-C goes to the whole group; whoever started this process decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print must not break the protocol.
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for line in _lines(out.fileno()):
        request = json.loads(line)
        _answer(request, out)
    return 0


def _lines(out: int) -> Any:
    """Yield the lines of standard input; its end ends the process even in the middle of a request.

    Connections are cut first: to take down a process of this size takes the kernel a while, on a busy machine half a
    second, and only then would services see their client leave. The end of `out` says that it is done.
    """
    queue: list[str] = []
    ready = threading.Semaphore(0)

    def read() -> None:
        for line in sys.stdin:
            queue.append(line)
            ready.release()
        _cut_connections()
        os.close(out)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        ready.acquire()
        yield queue.pop(0)


def _cut_connections() -> None:
    for number in range(3, _MOST_DESCRIPTORS):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                socket.socket(fileno=number).shutdown(socket.SHUT_RDWR)


def _answer(request: dict[str, Any], out: TextIO) -> None:
    def send(message: dict[str, Any]) -> None:
        out.write(json.dumps({"id": request["id"], **message}) + "\n")
        out.flush()

    try:
        ask = transports.load(request["kind"])
        send({"started": True})
        send(asyncio.run(ask(request, lambda received: send({"received": received}))))
    except transports.Failed as failure:
        send({"error": {"kind": failure.kind, "message": failure.message}})


if __name__ == "__main__":
    raise SystemExit(main())
