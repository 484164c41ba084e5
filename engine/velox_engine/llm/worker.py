"""The process that asks models: one JSON line in per request, JSON lines out; the end of its input ends it.

Replies carry the request's id: {"started": true} when the library is loaded, {"received": characters} while the
answer comes in, then {"text", "prompt_tokens", "completion_tokens", "cost"} or {"error": {"kind", "message"}}.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

from velox_engine.llm import transports


def main() -> int:
    """Answer requests, one after the other, until standard input ends."""
    # Ctrl-C goes to the whole group; whoever started this process decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What libraries print must not break the protocol.
    out = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    for line in _lines():
        request = json.loads(line)
        _answer(request, out)
    return 0


def _lines() -> Any:
    """Yield the lines of standard input; its end ends the process even in the middle of a request."""
    queue: list[str] = []
    ready = threading.Semaphore(0)

    def read() -> None:
        for line in sys.stdin:
            queue.append(line)
            ready.release()
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        ready.acquire()
        yield queue.pop(0)


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
