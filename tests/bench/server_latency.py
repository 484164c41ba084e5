"""Measures the language server beside `ruff server`: start, memory, and the time from a keystroke to its diagnostics.

Run as `python tests/bench/server_latency.py [--strokes N] [--starts N]`. Both servers get the same file, the same
keystrokes in turn and the same client, so that the machine's noise falls on both; what counts is the ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "lsp"))

from wire import SERVER, Wire, span

BASELINE = "ruff"
SERVERS = {"velox": SERVER, BASELINE: (str(Path(sys.executable).with_name("ruff")), "server")}
SIZES = (1_000, 10_000, 50_000)
# An installed server has its byte code; without it what is timed is mostly the compiler.
INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}

# Twenty lines, one of them slow and one with an unused variable, so that both servers have something to say.
BLOCK = '''
def merge_{n}(rows, wanted):
    """Count what is wanted and keep the first of each."""
    kept = []
    counts = {{}}
    unused_{n} = 1
    for row in rows:
        if row not in kept:
            kept.append(row)
        if row.name in counts:
            counts[row.name] += 1
        else:
            counts[row.name] = 1
    text = ""
    for row in kept:
        text += str(row)
        if row.size > wanted:
            text += "!"
    return text, counts


'''


# Where letters are typed in a block: in the name of a local, and in the `in` of a `for`, which breaks the file.
IN_NAME = (13, 8)
IN_KEYWORD = (14, 13)


def high(values: list[float]) -> float:
    """The 95th percentile."""
    return sorted(values)[int(len(values) * 0.95)]


def source(lines: int) -> str:
    """Text of about that many dense lines."""
    block = BLOCK.count("\n")
    return "".join(BLOCK.format(n=number) for number in range(max(1, lines // block)))


def resident(wire: Wire) -> float:
    """Memory of the server in MiB, now."""
    for line in Path(f"/proc/{wire.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process has no VmRSS")


def processor_seconds(wire: Wire) -> float:
    """Processor time of the server so far, which other work on the machine stretches least."""
    fields = Path(f"/proc/{wire.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def begin(command: tuple[str, ...]) -> tuple[Wire, float]:
    """Start a server; returns it and the seconds from the start of the process to the initialize response."""
    started = time.perf_counter()
    wire = Wire(command, INSTALLED)
    wire.answers["client/registerCapability"] = lambda params: None
    wire.answers["workspace/configuration"] = lambda params: [None for _ in params["items"]]
    wire.initialize({"general": {"positionEncodings": ["utf-16"]}})
    arrived = next(at for way, at, message in wire.log if way == "<-" and message.get("id") == 1)
    return wire, wire.began + arrived - started


class Typist:
    """Types into one document of one server and waits for the diagnostics of each version."""

    def __init__(self, wire: Wire, uri: str, text: str) -> None:
        self.wire, self.uri, self.version = wire, uri, 1
        self.findings = 0
        wire.open(uri, text)
        self.opened = self._wait()

    def type(self, line: int, character: int, letter: str) -> float:
        """Type one letter; returns the seconds until its diagnostics arrived."""
        self.version += 1
        change = {"range": span(line, character, line, character), "text": letter}
        self.wire.change(self.uri, self.version, change)
        return self._wait()

    def _wait(self) -> float:
        sent = next(at for way, at, _ in reversed(self.wire.log) if way == "->")
        found = self.wire.wait(self._is_mine, 120)
        self.findings = len(found["params"]["diagnostics"])
        arrived = next(at for way, at, message in reversed(self.wire.log) if message is found)
        self.wire.log.clear()
        return arrived - sent

    def _is_mine(self, message: dict[str, Any]) -> bool:
        params = message.get("params") or {}
        method = message.get("method") == "textDocument/publishDiagnostics"
        return method and params["uri"] == self.uri and params.get("version") == self.version


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strokes", type=int, default=20)
    parser.add_argument("--starts", type=int, default=5)
    args = parser.parse_args()

    starts: dict[str, list[float]] = {name: [] for name in SERVERS}
    spent: dict[str, list[float]] = {name: [] for name in SERVERS}
    memory: dict[str, float] = {}
    for _ in range(args.starts):
        for name, command in SERVERS.items():
            wire, seconds = begin(command)
            with wire:
                starts[name].append(seconds)
                spent[name].append(processor_seconds(wire))
                wire.open("file:///bench/empty.py", "x = 1\n")
                wire.wait_for("textDocument/publishDiagnostics")
                memory[name] = resident(wire)
                wire.close()
    print(f"{'':36}{'velox':>12}{BASELINE:>12}{'ratio':>9}")
    row("start to initialize response", {name: statistics.median(times) for name, times in starts.items()})
    row("  processor time until then", {name: statistics.median(times) for name, times in spent.items()})
    row("resident after one small file", memory, unit="MiB")

    for lines in SIZES:
        wires = {name: begin(command)[0] for name, command in SERVERS.items()}
        text = source(lines)
        typists = {name: Typist(wire, "file:///bench/dense.py", text) for name, wire in wires.items()}
        findings = ", ".join(f"{name} {typist.findings}" for name, typist in typists.items())
        print(f"{lines:,} lines (findings: {findings})")
        row("  open to diagnostics", {name: typist.opened for name, typist in typists.items()})
        middle = BLOCK.count("\n") * (lines // BLOCK.count("\n") // 2)
        for state, (line, column) in {"valid code": IN_NAME, "broken code": IN_KEYWORD}.items():
            times: dict[str, list[float]] = {name: [] for name in SERVERS}
            for stroke in range(args.strokes):
                for name, typist in typists.items():
                    times[name].append(typist.type(middle + line, column + stroke, "x"))
            row(f"  key in {state}, median", {n: statistics.median(values) for n, values in times.items()})
            row(f"  key in {state}, p95", {n: high(values) for n, values in times.items()})
        row("  resident", {name: resident(wire) for name, wire in wires.items()}, unit="MiB")
        for wire in wires.values():
            with wire:
                wire.close()


def row(title: str, values: dict[str, float], unit: str = "s") -> None:
    """Print one line of the table with the ratio to the baseline."""
    shown = {
        name: f"{value * 1000:.1f} ms" if unit == "s" else f"{value:.0f} MiB"
        for name, value in values.items()
    }
    ratio = f"{values['velox'] / values[BASELINE]:.2f}×" if values[BASELINE] else "–"
    print(f"{title:36}{shown['velox']:>12}{shown[BASELINE]:>12}{ratio:>9}")


if __name__ == "__main__":
    main()
