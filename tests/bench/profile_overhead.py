"""Measures what `velox profile` costs: processor time of the same work inside the sampler over without.

    python tests/bench/profile_overhead.py [--rounds 7] [INTERPRETER …]

Each round runs all ways in turn; the median of the ratios is printed, with the share of the time that the profile
accounts for.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

WORK = {
    "loops": "total = 0\nfor i in range(4_000_000):\n    total += i * i % 7\n",
    "tiny calls": "def f(x):\n    return x + 1\nfor i in range(2_000_000):\n    f(i)\n",
    "deep recursion": "def f(n):\n    return n and f(n - 1) + 1\nfor _ in range(8_000):\n    f(150)\n",
    "calls into C": "xs = [i * 7919 % 300_007 for i in range(300_000)]\nfor _ in range(6):\n    sorted(xs)\n",
    "start and end": "pass\n",
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("interpreters", nargs="*", default=[sys.executable])
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    for interpreter in args.interpreters:
        print(f"{interpreter}\n{'':<16}{'seconds':>9}{'velox':>8}{'cProfile':>10}{'accounted for':>15}")
        for name, text in WORK.items():
            _row(interpreter, name, text, args.rounds)


def _row(interpreter: str, name: str, text: str, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        script, target, used = Path(folder, "work.py"), Path(folder, "out.json"), Path(folder, "used")
        # The process itself says what it used, start included, so that what velox needs beside it is left out.
        script.write_text(f"{text}import time\nopen({str(used)!r}, 'w').write(str(time.process_time()))\n")
        velox = [sys.executable, "-m", "velox_engine.cli.main", "profile", "--quiet", "--output", str(target)]
        plain, ours, other, seen = [], [], [], []
        for _ in range(rounds):
            plain.append(_used([interpreter, str(script)], used))
            ours.append(_used([*velox, "--", interpreter, str(script)], used) / plain[-1])
            profiles = json.loads(target.read_text())["profiles"]
            seen.append(sum(profile["endValue"] for profile in profiles) / plain[-1])
            other.append(
                _used([interpreter, "-m", "cProfile", "-o", os.devnull, str(script)], used) / plain[-1]
            )
        print(
            f"{name:<16}{median(plain):>9.3f}{median(ours):>8.2f}{median(other):>10.2f}{median(seen):>14.0%}",
            flush=True,
        )


def _used(command: list[str], told: Path) -> float:
    """Processor seconds that the script says it has used."""
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return float(told.read_text())


if __name__ == "__main__":
    main()
