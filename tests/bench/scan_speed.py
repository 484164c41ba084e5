"""Measures scanning against `ast.parse` on the same files in the same run, and the time from keystroke to findings.

    python tests/bench/scan_speed.py [FOLDER]      (default: the running interpreter's standard library)

Each figure is CPU time of this process; peak memory is taken in a process of its own for each of the two.
"""

from __future__ import annotations

import ast
import resource
import subprocess
import sys
import sysconfig
import time
import warnings
from pathlib import Path
from statistics import median

from velox_engine.rules import Scanner, scan
from velox_engine.source.document import SourceFile, read_source
from velox_engine.source.syntax import parse
from velox_engine.types import VeloxError
from velox_engine.workspace.discovery import discover

_FUNCTION = """def work_{n}(xs: list, ys: list):
    out = []
    for x in xs:
        if x in ys:
            out.append(x)
    while ys:
        y = ys.pop(0)
        print(y)
    return out


"""


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_paths()["stdlib"])
    if len(sys.argv) > 2:
        _run(folder, sys.argv[2])
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    lines = sum(source.lines.count for source in _sources(folder))
    for what in ("ast", "scan"):
        started = time.process_time()
        found = _run(folder, what)
        seconds = time.process_time() - started
        command = [sys.executable, __file__, str(folder), what]
        memory = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
        name = "ast.parse alone" if what == "ast" else f"velox scan ({found} findings)"
        print(f"{name:<32}{seconds:8.2f} s{lines / seconds:12,.0f} lines/s{memory:>7} MiB peak")
    for count in (100, 1_000, 5_000):
        _keystrokes(count)


def _run(folder: Path, what: str) -> int:
    found = 0
    for source in _sources(folder):
        if what == "scan":
            found += len(scan(parse(source)))
            continue
        try:
            ast.parse(source.data)
        except (SyntaxError, ValueError, RecursionError):
            found += 1
    return found


def _sources(folder: Path):
    for path in discover([folder]).files:
        try:
            yield read_source(path)
        except VeloxError:
            continue


def _keystrokes(functions: int) -> None:
    """One letter typed into the middle of a dense file, again and again."""
    text = "".join(_FUNCTION.format(n=n) for n in range(functions))
    parsed = parse(SourceFile.from_text(text))
    scanner = Scanner()
    scanner.scan(parsed)
    at = text.index("print(y)", len(text) // 2) + len("print(y")
    times: list[float] = []
    for _ in range(15):
        text = text[:at] + "y" + text[at:]
        started = time.perf_counter()
        parsed = parse(SourceFile.from_text(text), parsed)
        scanner.scan(parsed)
        times.append(time.perf_counter() - started)
    count = parsed.source.lines.count
    print(f"keystroke at {count:>6,} lines {median(times) * 1000:15.1f} ms (median of {len(times)})")


if __name__ == "__main__":
    main()
