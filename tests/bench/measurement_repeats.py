"""Measure the same rewrites again and again, calm and under load: python tests/bench/measurement_repeats.py [--runs 4].

Every run is a process of its own that finds inputs, chooses sizes and measures, as `velox verify` does; the seed is
the same, so that only the clock differs. Under load, --load processes keep the processors busy meanwhile. Printed
are the ratios of each pair and how far the largest and the smallest are apart (the ratio of the ratios).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

QUEUE = """
def serve(queue: list[int], capacity: int) -> list[int]:
    waiting = list(queue)
    served = []
    while waiting:
        need = waiting.pop(0)
        if capacity > 0 and need > capacity:
            waiting.append(need - capacity)
        else:
            served.append(need)
    return served
"""
MEMBERS = """
def newcomers(guests: list[str], known: list[str]) -> list[str]:
    found = []
    for guest in guests:
        if guest not in known and guest not in found:
            found.append(guest)
    return found
"""
SHARES = """
def shares(samples: list[float]) -> list[float]:
    return [sample / max(samples) if max(samples) else 0.0 for sample in samples]
"""
JOINED = """
def squares(count: int) -> int:
    total = 0
    for number in range(count):
        total += number * number
    return total
"""
PAIRS = {
    "serve": (
        QUEUE,
        "from collections import deque\n" + QUEUE.replace("list(q", "deque(q").replace("pop(0)", "popleft()"),
    ),
    "newcomers": (
        MEMBERS,
        MEMBERS.replace("    found = []", "    found = []\n    old, new = set(known), set()")
        .replace("not in known", "not in old")
        .replace("not in found", "not in new")
        .replace("append(guest)", "append(guest)\n            new.add(guest)"),
    ),
    "shares": (
        SHARES,
        "def shares(samples: list[float]) -> list[float]:\n    top = max(samples, default=0.0)\n"
        "    return [sample / top if top else 0.0 for sample in samples]\n",
    ),
    "squares": (
        JOINED,
        JOINED.replace("total = 0\n", "total = 0\n    add = None\n").replace("add", "_unused"),
    ),
}


def main() -> int:
    """Measure every pair calm and loaded, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=4, help="of each pair, calm and again under load")
    parser.add_argument("--load", type=int, default=8, help="busy processes")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    worst = 1.0
    for name, (old, new) in PAIRS.items():
        if options.only not in name:
            continue
        ratios: dict[str, list[float]] = {}
        for kind, busy in (("calm", 0), ("loaded", options.load)):
            load = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
            try:
                ratios[kind] = [measured(name, old, new) for _ in range(options.runs)]
            finally:
                for process in load:
                    process.kill()
                    process.wait()
            print(f"{name:10} {kind:7} {' '.join(f'{ratio:.2f}' for ratio in ratios[kind])}", flush=True)
        together = [ratio for found in ratios.values() for ratio in found]
        apart = max(together) / max(min(together), 1e-9)
        worst = max(worst, apart)
        print(f"{name:10} ratio of the largest to the smallest: {apart:.2f}", flush=True)
    print(f"worst: {worst:.2f}")
    return 0


def measured(name: str, old: str, new: str) -> float:
    """The speed-up that one `velox verify` reports; 0 where it reports none."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.py"), Path(folder, "after.py")
        before.write_text(old, "utf-8")
        after.write_text(new, "utf-8")
        command = [sys.executable, "-m", "velox_engine.cli.main", "verify", str(before), str(after)]
        command += ["--function", name, "--format", "json", "--quiet", "--no-tests", "--budget", "30"]
        environment = {**os.environ, "XDG_CACHE_HOME": folder}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    document = json.loads(done.stdout or "{}")
    speedup = document.get("speedup") or {}
    return float(speedup.get("median") or 0.0)


if __name__ == "__main__":
    raise SystemExit(main())
