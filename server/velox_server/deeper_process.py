"""Answers what only types from other files show of a function, in a process of its own that ends when nobody asks.

A request is a JSON line {"text", "path", "function", "root", "selection": {fields}} on standard input, its answer a
JSON line on standard output: a list of findings by their fields. jedi, which answers, takes ten megabytes and seconds.
"""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from velox_engine.rules import Selection, deepen
from velox_engine.source.document import SourceFile
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError

IDLE_SECONDS: Final = 30.0


def main() -> int:
    """Answer until standard input ends or nothing was asked for a while."""
    asked: queue.Queue[bytes] = queue.Queue()

    def read() -> None:
        rest = b""
        # os.read, not sys.stdin: a thread inside a buffered reader would stop the interpreter's exit.
        while chunk := os.read(0, 1 << 16):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                asked.put(line)
        asked.put(b"")

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = asked.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            return 0
        if not line:
            return 0
        print(json.dumps(answer(json.loads(line))), flush=True)


def answer(request: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The findings that are found only with types from other files; none where the function is not there."""
    path, root = (Path(given) if given else None for given in (request["path"], request["root"]))
    parsed = parse(SourceFile.from_text(request["text"], path))
    try:
        return [
            asdict(finding)
            for finding in deepen(parsed, request["function"], _selection(request["selection"]), root)
        ]
    except VeloxError:
        return []


def _selection(given: Mapping[str, Any]) -> Selection:
    lists = {key: tuple(value) for key, value in given.items() if key in ("select", "ignore", "extend")}
    return Selection(
        **lists,
        severity=tuple((r, s) for r, s in given["severity"]),
        tests=given["tests"],
        doubtful=given["doubtful"],
    )


if __name__ == "__main__":
    raise SystemExit(main())
