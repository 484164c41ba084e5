"""Scans whole projects as a person does, and prints time, lines a second and peak memory of each.

    python tests/bench/scan_million.py FOLDER … [--jobs N]

Each folder is scanned by one run of the command line with JSON output, in processes of their own. The memory is that
of the run's largest process, and of all of its processes together at their peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path


def main() -> int:
    """Print one line for each folder; 1 when a scan failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jobs", default="0")
    args = parser.parse_args()
    columns = ("files", "lines", "findings", "s", "cpu s", "lines/s", "largest", "together")
    widths = (8, 11, 10, 8, 8, 10, 10, 10)
    print(" " * 16 + "".join(f"{name:>{width}}" for name, width in zip(columns, widths, strict=True)))
    failed = 0
    for folder in args.folders:
        failed += _scan(folder, args.jobs)
    return min(1, failed)


def _scan(folder: Path, jobs: str) -> int:
    command = [sys.executable, "-m", "velox_engine.cli.main", "scan", str(folder), "--jobs", jobs]
    with tempfile.TemporaryFile() as out:
        started, used = time.monotonic(), _processor_seconds()
        process = subprocess.Popen([*command, "--format", "json", "--quiet"], stdout=out)
        peaks = _Peaks(process.pid)
        code = process.wait()
        seconds, used = time.monotonic() - started, _processor_seconds() - used
        peaks.end()
        if code:
            print(f"{folder.name:<16} ended with {code}")
            return 1
        out.seek(0)
        summary = json.load(out)["summary"]
    print(
        f"{folder.name:<16}{summary['files']:>8}{summary['lines']:>11}{summary['findings']:>10}{seconds:>8.1f}{used:>8.1f}"
        f"{summary['lines'] / seconds:>10.0f}{peaks.largest >> 10:>6} MiB{peaks.together >> 10:>6} MiB",
        flush=True,
    )
    return 0


def _processor_seconds() -> float:
    """Of all children that have ended, theirs included."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Peaks(threading.Thread):
    """Looks at the resident memory of a process and its children every few milliseconds (Linux), in KiB."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._ended = threading.Event()
        self.largest = self.together = 0
        self.start()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._ended.wait(0.02):
            sizes = [_resident(pid) for pid in (self._process, *_children(self._process))]
            self.largest = max(self.largest, *sizes)
            self.together = max(self.together, sum(sizes))

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()
        self.join()


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []


def _resident(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS")), 0)


if __name__ == "__main__":
    raise SystemExit(main())
