"""Measures Velox beside other Python language servers: one client, one run, the same files and keystrokes in turn.

An hour at the keyboard is 3,600 keys all over the file of 1,000 lines, one a second as far as memory is concerned.

Run as `python tests/bench/editor_servers.py --rival pylsp=PATH/pylsp --rival jedi=PATH/jedi-language-server`; ruff's
server is taken from this environment. A server that publishes nothing for a keystroke in time is shown as –.
"""

from __future__ import annotations

import argparse
import queue
import shlex
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "lsp"))

import contextlib

from server_latency import BLOCK, IN_NAME, INSTALLED, high, resident, source
from wire import SERVER, Wire, span

PATIENCE = 20.0
_BREATH = 60  # keys between two pauses
SIZES = (1_000, 10_000)
CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True},
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor", "source"]}},
            "dataSupport": True,
        },
    },
}


class Typist:
    """One document of one server."""

    def __init__(self, wire: Wire, uri: str, text: str) -> None:
        self.wire, self.uri, self.version = wire, uri, 1
        self.diagnostics: list[dict[str, Any]] = []
        self.silent: set[str] = set()
        self.opened = self.until_published(lambda: wire.open(uri, text))

    def until_published(self, act: Callable[[], None]) -> float | None:
        """The seconds from a message to the next diagnostics of the document, None when none came."""
        self.wire.forget()
        act()
        started = self.wire.log[-1][1]
        try:
            found = self.wire.wait(self._is_mine, PATIENCE)
        except queue.Empty:
            return None
        self.diagnostics = found["params"]["diagnostics"]
        return next(at for _, at, message in self.wire.log if message is found) - started

    def _is_mine(self, message: dict[str, Any]) -> bool:
        params = message.get("params") or {}
        mine = message.get("method") == "textDocument/publishDiagnostics" and params["uri"] == self.uri
        return mine and params.get("version") in (None, self.version)

    def type(self, line: int, character: int) -> float | None:
        """Type one letter."""
        self.version += 1
        change = {"range": span(line, character, line, character), "text": "x"}
        return self.until_published(lambda: self.wire.change(self.uri, self.version, change))

    def scribble(self, number: int, lines: int) -> None:
        """Type a letter somewhere, or take the one before away again, without waiting for an answer."""
        block = BLOCK.count("\n")
        line = (number // 2 * 37 % (lines // block)) * block + IN_NAME[0]
        self.version += 1
        typed = number % 2 == 0
        change = {
            "range": span(line, IN_NAME[1], line, IN_NAME[1] + (not typed)),
            "text": "x" if typed else "",
        }
        self.wire.change(self.uri, self.version, change)

    def catch_up(self) -> None:
        """Wait for the diagnostics of the last key, as somebody who pauses does."""
        with contextlib.suppress(queue.Empty):
            self.wire.wait(self._is_mine, PATIENCE)
        self.wire.forget()

    def ask(self, method: str, **params: Any) -> float | None:
        """The seconds that one request takes, None when no answer came in time; then it is not asked again."""
        if method in self.silent:
            return None
        started = time.perf_counter()
        identity = self.wire.ask(method, {"textDocument": {"uri": self.uri}, **params})
        try:
            self.wire.wait(
                lambda message: message.get("id") == identity and "method" not in message, PATIENCE
            )
        except queue.Empty:
            self.silent.add(method)
            return None
        return time.perf_counter() - started


def begin(command: tuple[str, ...]) -> Wire:
    """Start a server and introduce the client."""
    wire = Wire(command, INSTALLED)
    wire.answers["client/registerCapability"] = lambda params: None
    wire.answers["workspace/configuration"] = lambda params: [None for _ in params["items"]]
    wire.initialize(CAPABILITIES)
    return wire


def memory(typists: dict[str, Typist]) -> dict[str, str]:
    """Resident memory of each server, now."""
    return {name: f"{resident(typist.wire):.0f} MiB" for name, typist in typists.items()}


def measure(
    servers: dict[str, tuple[str, ...]], strokes: int, starts: int, edits: int
) -> list[tuple[str, dict[str, Any]]]:
    """Return (what, figure by server) in the order of the table."""
    rows: list[tuple[str, dict[str, Any]]] = []
    cold: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(starts):
        for name, command in servers.items():
            with begin(command) as wire:
                Typist(wire, "file:///bench/small.py", source(20))
                cold[name].append(max(at for _, at, _ in wire.log))
                wire.process.kill()
    rows.append(
        ("start to first diagnostics", {name: statistics.median(times) for name, times in cold.items()})
    )
    for lines in SIZES:
        typists = {
            name: Typist(begin(command), "file:///bench/dense.py", source(lines))
            for name, command in servers.items()
        }
        top = BLOCK.count("\n") * (lines // BLOCK.count("\n") // 2)
        keys: dict[str, list[float]] = {name: [] for name in servers}
        asked: dict[str, dict[str, list[float]]] = {"hover": {}, "code action": {}}
        for stroke in range(strokes):
            for name, typist in typists.items():
                seconds = typist.type(top + IN_NAME[0], IN_NAME[1] + stroke)
                if seconds is not None:
                    keys[name].append(seconds)
        place = {"line": top + 1, "character": 5}
        finding = {"range": span(top + 7, 12, top + 7, 12), "context": {"diagnostics": []}}
        for _ in range(max(3, strokes // 2)):
            for name, typist in typists.items():
                hover = typist.ask("textDocument/hover", position=place)
                action = typist.ask("textDocument/codeAction", **finding)
                for what, seconds in (("hover", hover), ("code action", action)):
                    asked[what].setdefault(name, []).extend([seconds] if seconds is not None else [])
        rows.append(
            (f"{lines:,} lines", {name: f"{len(t.diagnostics)} found" for name, t in typists.items()})
        )
        rows.append(("  open to diagnostics", {name: typist.opened for name, typist in typists.items()}))
        rows.append(
            (
                "  key to diagnostics, median",
                medians(keys),
            )
        )
        rows.append(("  key to diagnostics, p95", {n: high(v) if v else None for n, v in keys.items()}))
        for what, times in asked.items():
            rows.append((f"  {what}, median", medians(times)))
        rows.append(("  resident", memory(typists)))
        if lines == SIZES[0] and edits:
            for number in range(edits):
                for typist in typists.values():
                    typist.scribble(number, lines)
                if number % _BREATH == _BREATH - 1:
                    for typist in typists.values():
                        typist.catch_up()
            rows.append((f"  resident after {edits:,} more keys", memory(typists)))
        for typist in typists.values():
            typist.wire.process.kill()
            typist.wire.__exit__()
    return rows


def medians(times: dict[str, list[float]]) -> dict[str, float | None]:
    """The median of each server, None where nothing was measured."""
    return {name: statistics.median(values) if values else None for name, values in times.items()}


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rival", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--strokes", type=int, default=12)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--edits", type=int, default=3600, help="keys before memory is looked at again")
    args = parser.parse_args()
    servers = {"velox": SERVER, "ruff server": (str(Path(sys.executable).with_name("ruff")), "server")}
    for entry in args.rival:
        name, _, command = entry.partition("=")
        servers[name] = tuple(shlex.split(command))
    rows = measure(servers, args.strokes, args.starts, args.edits)
    print(f"| | {' | '.join(servers)} |")
    print("|---" * (len(servers) + 1) + "|")
    for what, figures in rows:
        print(f"| {what} | {' | '.join(told(figures[name]) for name in servers)} |")


def told(figure: Any) -> str:
    """A figure for people."""
    if figure is None:
        return "–"
    return figure if isinstance(figure, str) else f"{figure * 1000:.1f} ms"


if __name__ == "__main__":
    main()
