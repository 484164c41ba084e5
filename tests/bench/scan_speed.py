"""Measures scanning against `ast.parse` and against ruff on the same files, and what a keystroke and a line cost.

    python tests/bench/scan_speed.py [--rounds N] [NAME=FOLDER …]     (default: the standard library)

All programs of a row run in turn in the same rounds, each in a process of its own, pinned to one core where the system
allows it; the fastest of the rounds is shown, in seconds of processor time, with the ratio to `ast.parse`. The first
two rows start when their imports are done, so that the start of Python, alike in both, does not hide the difference;
the others are whole programs.
"""

from __future__ import annotations

import argparse
import ast
import os
import resource
import shutil
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

RUFF_FAMILIES = "PERF,C4,FURB,SIM,PD,NPY,RUF,ASYNC,B019,SLOT"

# Ten lines with three findings, so that a file of any length is equally dense.
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
LINES = _FUNCTION.count("\n")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", metavar="NAME=FOLDER")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("packages", "keys", "lines"), help="one of the three tables")
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        _part(args.part[0], Path(args.part[1]))
        return
    folders = [entry.partition("=")[::2] for entry in args.folders]
    folders = folders or [("standard library", sysconfig.get_paths()["stdlib"])]
    if args.only in (None, "packages"):
        for name, folder in folders:
            _package(name, Path(folder), args.rounds)
    if args.only in (None, "keys"):
        for lines in (1_000, 10_000, 50_000):
            _keystrokes(lines // LINES)
    if args.only in (None, "lines"):
        _cost_per_line()


def _package(name: str, folder: Path, rounds: int) -> None:
    """One table: ast.parse, the scan, the whole command, ruff."""
    script = [sys.executable, str(Path(__file__).resolve()), "--part"]
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or shutil.which("ruff")
    ruff_command = [str(ruff), "check", "--isolated", "--no-cache", "--preview", "--quiet", "--exit-zero"]
    ruff_command += ["--select", RUFF_FAMILIES, "--no-respect-gitignore", str(folder)]
    velox = [
        sys.executable,
        "-m",
        "velox_engine.cli.main",
        "scan",
        str(folder),
        "--format",
        "json",
        "--quiet",
    ]
    programs: dict[str, tuple[list[str], int]] = {
        "ast.parse alone": ([*script, "ast", str(folder)], 1),
        "scan: read, parse, all rules": ([*script, "scan", str(folder)], 1),
        "velox scan --format json": ([*velox, "--jobs", "1"], 1),
    }
    if ruff:
        programs[f"ruff {RUFF_FAMILIES[:17]}…"] = (ruff_command, 1)
    if (os.cpu_count() or 1) > 1:
        programs["velox scan --jobs 2"] = ([*velox, "--jobs", "2"], 2)
        if ruff:
            programs["ruff, two cores"] = (ruff_command, 2)
    lines = sum(source.lines.count for source in _sources(folder))
    best: dict[str, tuple[float, float, int]] = {}
    for _ in range(rounds):
        for title, (command, cores) in programs.items():
            took = _run(command, cores)
            best[title] = min(best.get(title, took), took)
    base = best["ast.parse alone"]
    print(
        f"\n{name}: {lines:,} lines\n{'':34}{'processor':>10}{'ratio':>8}{'wall':>9}{'ratio':>8}{'peak':>10}"
    )
    for title, (cpu, wall, memory) in best.items():
        print(
            f"{title:<34}{cpu:>8.2f} s{cpu / base[0]:>7.2f}×{wall:>7.2f} s{wall / base[1]:>7.2f}×{memory:>6} MiB"
        )


def _run(command: list[str], cores: int) -> tuple[float, float, int]:
    """Processor seconds, wall seconds and peak MiB of a program and its children."""

    def pin() -> None:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

    started = time.perf_counter()
    is_part = "--part" in command
    out = subprocess.PIPE if is_part else subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, preexec_fn=pin)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    if is_part and process.stdout is not None:
        with process.stdout:
            cpu, wall = map(float, process.stdout.read().split())
        return cpu, wall, usage.ru_maxrss // 1024
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss // 1024


def _part(what: str, folder: Path) -> None:
    """What a process of its own does for one row, parse or scan; prints processor and wall seconds."""
    warnings.simplefilter("ignore")
    cpu, wall = time.process_time(), time.perf_counter()
    for source in _sources(folder):
        if what == "scan":
            scan(parse(source))
            continue
        try:
            ast.parse(source.data)
        except (SyntaxError, ValueError, RecursionError):
            continue
    print(time.process_time() - cpu, time.perf_counter() - wall)


def _sources(folder: Path):
    for path in discover([folder]).files:
        try:
            yield read_source(path)
        except VeloxError:
            continue


def _keystrokes(functions: int) -> None:
    """One letter typed into the middle of a dense file, again and again: intact, broken, and in one long line."""
    text = "".join(_FUNCTION.format(n=n) for n in range(functions))
    started = time.process_time()
    parsed = parse(SourceFile.from_text(text))
    scanner = Scanner()
    found = len(scanner.scan(parsed))
    first = time.process_time() - started
    results: list[str] = []
    middle = text.index("print(y)", len(text) // 2) + len("print(y")
    bracket = text.index("ys.pop(0)", len(text) // 2) + len("ys.pop(")
    for at, letter, rest in ((middle, "y", ""), (bracket, "(", "x")):
        times: list[float] = []
        edited = text
        for turn in range(40):
            edited = edited[:at] + (letter if turn == 0 or not rest else rest) + edited[at:]
            started = time.process_time()
            parsed = parse(SourceFile.from_text(edited), parsed)
            scanner.scan(parsed)
            times.append(time.process_time() - started)
        results.append(f"{median(times) * 1000:8.1f} ms{max(times) * 1000:9.1f} ms")
    print(f"{text.count(chr(10)):>7,} lines, {found:,} findings: first scan {first * 1000:8.1f} ms")
    print(f"    key in intact code, median and slowest of 40  {results[0]}")
    print(f"    key in broken code, median and slowest of 40  {results[1]}")


def _cost_per_line() -> None:
    """First scans of dense files from a thousand to a million lines."""
    print(f"\n{'lines':>10}{'first scan':>12}{'µs a line':>12}{'peak':>10}")
    for lines in (1_000, 10_000, 100_000, 1_000_000):
        text = "".join(_FUNCTION.format(n=n) for n in range(lines // LINES))
        started = time.process_time()
        scan(parse(SourceFile.from_text(text)))
        seconds = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        count = text.count("\n")
        print(f"{count:>10,}{seconds:>10.2f} s{seconds / count * 1e6:>12.1f}{peak:>6} MiB")


if __name__ == "__main__":
    main()
