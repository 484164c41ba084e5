"""An hour at the keyboard in minutes: thousands of edits, cancellations and senseless messages, then a comparison."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wire import CAPABILITIES, Wire, span

FUNCTION = """
def report_{n}(rows, wanted: list):
    kept = []
    for row in rows:
        if row in wanted and row not in kept:
            kept.append(row)
    return sorted(kept)[0]

"""
SNIPPETS = (
    "x",
    "\n",
    "    ",
    "(",
    ")",
    '"',
    "for y in x:\n",
    "# 🙂 é\n",
    "def g(a):\n    return a\n",
    "in ",
    "'''",
)
SENSELESS = (
    b"{",
    b"[]",
    b'{"jsonrpc":"1.0"}',
    b'{"jsonrpc":"2.0","id":1}',
    b'{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":7}}',
    b'{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"file:///no/such.py"}}}',
    b'{"jsonrpc":"2.0","method":"no/such/notification","params":[]}',
)
REQUESTS = (
    "textDocument/hover",
    "textDocument/codeAction",
    "textDocument/codeLens",
    "textDocument/documentHighlight",
)


@dataclass(frozen=True)
class Outcome:
    """What the server was like during the soak, and whether it answers as a fresh one at its end."""

    memory: list[float]  # MiB at ten points on the way, the first after a tenth of the edits
    cancelled: int
    senseless: int
    same: bool


def resident(wire: Wire) -> float:
    """Memory of the server in MiB, now."""
    for line in Path(f"/proc/{wire.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process has no VmRSS")


class Buffer:
    """A document whose text is kept on both sides."""

    def __init__(self, wire: Wire, uri: str, text: str) -> None:
        self.wire, self.uri, self.lines, self.version = wire, uri, text.split("\n"), 1
        wire.open(uri, text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def replace(self, line: int, start: int, end_line: int, end: int, text: str) -> None:
        self.version += 1
        self.wire.change(self.uri, self.version, {"range": span(line, start, end_line, end), "text": text})
        whole = self.lines[line][:start] + text + self.lines[end_line][end:]
        self.lines[line : end_line + 1] = whole.split("\n")


def columns(line: str) -> int:
    """UTF-16 columns equal characters on the lines that are edited: others are left alone."""
    return len(line) if line.isascii() else 0


def edit(buffer: Buffer, chance: random.Random, original: list[str]) -> None:
    """Type or delete something somewhere; now and then the file is put right again."""
    line = chance.randrange(len(buffer.lines))
    width = columns(buffer.lines[line])
    kind = chance.random()
    if kind < 0.02 or len(buffer.lines) > 2 * len(original):
        last = len(buffer.lines) - 1
        end = len(buffer.lines[last].encode("utf-16-le")) // 2
        buffer.replace(0, 0, last, end, "\n".join(original))
        buffer.lines = list(original)
    elif kind < 0.7:
        column = chance.randrange(width + 1)
        buffer.replace(line, column, line, column, chance.choice(SNIPPETS))
    elif width:
        start = chance.randrange(width)
        buffer.replace(line, start, line, min(width, start + chance.randrange(1, 6)), "")


def ask(wire: Wire, buffer: Buffer, chance: random.Random) -> int:
    """Send one request about the document; returns its id."""
    line = chance.randrange(len(buffer.lines))
    params: dict[str, Any] = {"textDocument": {"uri": buffer.uri}, "position": {"line": line, "character": 8}}
    params |= {"range": span(line, 8, line, 8), "context": {"diagnostics": []}}
    return wire.ask(chance.choice(REQUESTS), params)


def soak(wire: Wire, folder: Path, edits: int, functions: int = 50, seed: int = 0) -> Outcome:
    """Do `edits` edits on an initialised server whose worker never ends by itself."""
    chance = random.Random(seed)
    original = "".join(FUNCTION.format(n=number) for number in range(functions)).split("\n")
    buffer = Buffer(wire, (folder / "soak.py").as_uri(), "\n".join(original))
    memory: list[float] = []
    cancelled = senseless = 0
    for number in range(1, edits + 1):
        edit(buffer, chance, original)
        if number % 7 == 0:
            identity = ask(wire, buffer, chance)
            if chance.random() < 0.5:
                wire.notify("$/cancelRequest", {"id": identity})
                cancelled += 1
            wire.reply_to(identity)
        if number % 50 == 0:
            body = chance.choice(SENSELESS)
            wire.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            senseless += 1
        if number % max(edits // 20, 100) == 0:
            _cancel_work(wire, buffer)
            cancelled += 1
        if number % (edits // 10) == 0:
            wire.diagnostics(buffer.uri, buffer.version)
            memory.append(resident(wire))
            wire.forget()
    same = diagnostics_of(wire, buffer) == fresh_diagnostics(buffer)
    return Outcome(memory, cancelled, senseless, same)


def _cancel_work(wire: Wire, buffer: Buffer) -> None:
    """Ask for a rewrite, whose worker would never end, and give it up."""
    name = next(
        (line.split("(")[0].removeprefix("def ") for line in buffer.lines if line.startswith("def r")), ""
    )
    request = {"command": "velox.optimize", "arguments": [buffer.uri, name, buffer.version]}
    identity = wire.ask("workspace/executeCommand", request)
    wire.notify("$/cancelRequest", {"id": identity})
    wire.reply_to(identity)


def diagnostics_of(wire: Wire, buffer: Buffer) -> list[dict[str, Any]]:
    """The diagnostics after one more edit, so that there is something to wait for."""
    last = len(buffer.lines) - 1
    end = len(buffer.lines[last].encode("utf-16-le")) // 2
    buffer.version += 1
    buffer.wire.change(buffer.uri, buffer.version, {"range": span(last, end, last, end), "text": "\n"})
    buffer.lines.append("")
    return wire.diagnostics(buffer.uri, buffer.version)


def fresh_diagnostics(buffer: Buffer) -> list[dict[str, Any]]:
    """What a server that was just started says of the same text."""
    with Wire() as fresh:
        fresh.initialize(CAPABILITIES)
        fresh.open(buffer.uri, buffer.text)
        found = fresh.diagnostics(buffer.uri, 1)
        fresh.close()
    return found


def shown(values: list[float]) -> Iterator[str]:
    """Figures for a line of text."""
    return (f"{value:.1f}" for value in values)
