"""What the sandbox costs: start of runs warm and cold, loops inside against outside, and the noise of both clocks.

`python tests/bench/sandbox_speed.py`; `--python PATH…` measures other interpreters too.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from velox_engine.verify.sandbox import Case, Environment, Limits, Program, Sandbox
from velox_engine.verify.sandbox.model import Profile

NOTHING = Program("def f(): pass", "/b/m.py", "m", "", "f")
# A loop of the processor's alone, and one that asks the kernel each time round.
LOOPS = {
    "CPU-bound": "def f(n):\n    total = 0\n    for i in range(n):\n        total += i * i % 7\n    return total\n",
    "system calls": "import os\nask = os.getppid\ndef f(n):\n    for _ in range(n):\n        ask()\n    return n\n",
}
TIMES = {"CPU-bound": 60_000, "system calls": 20_000}
PAIRS = 60

# The same loop in a plain process of the same interpreter, timed as in the sandbox: from outside, asleep around it.
_OUTSIDE = """
import sys
exec(sys.argv[1])
number = int(sys.argv[2])
for line in sys.stdin:
    f(number)
    print("done", flush=True)
"""


def milliseconds(act: Callable[[], object], count: int) -> tuple[float, float, float]:
    """(median, ninth decile, shortest) wall time of an act."""
    times = []
    for _ in range(count):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    return statistics.median(times), times[len(times) * 9 // 10], times[0]


def processor_seconds() -> float:
    """Used so far by this process and by all that live below it, which a busy machine does not stretch."""
    total, todo = 0.0, [os.getpid()]
    while todo:
        pid = todo.pop()
        with contextlib.suppress(OSError):
            total += time.clock_gettime((~pid << 3) | 2)
            for thread in os.listdir(f"/proc/{pid}/task"):
                todo += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return total


def starts(interpreter: str, profile: Profile) -> None:
    """Print how long a run takes to be ready, and until it is gone."""
    ready: list[float] = []
    used: list[float] = []
    with Sandbox(Environment(interpreter), profile=profile) as sandbox:

        def whole() -> None:
            before, start = processor_seconds(), time.perf_counter()
            run = sandbox.start(NOTHING)
            ready.append((time.perf_counter() - start) * 1e3)
            used.append((processor_seconds() - before) * 1e3)
            run.close()

        whole()
        ready.clear()
        median = milliseconds(whole, 200)[0]
    ready.sort()
    print(
        f"warm, {profile:<8} ready {statistics.median(ready):6.1f} ms (best {ready[0]:.1f}, ninth decile"
        f" {ready[len(ready) * 9 // 10]:.1f}), of processor time {statistics.median(used):.1f} ms; with its end"
        f" {median:.1f} ms"
    )


def cold(interpreter: str) -> None:
    """Print how long the first run takes, from nothing to ready, beside the bare interpreter."""
    bare = milliseconds(lambda: subprocess.run([interpreter, "-s", "-S", "-c", "pass"], check=True), 15)

    used: list[float] = []

    def first() -> None:
        before = processor_seconds()
        with Sandbox(Environment(interpreter)) as sandbox:
            sandbox.start(NOTHING)
            used.append((processor_seconds() - before) * 1e3)

    first()  # compiles the child for this interpreter, once for ever
    median, high, best = milliseconds(first, 15)
    print(
        f"cold, strict   ready and gone {median:6.1f} ms (best {best:.1f}, ninth decile {high:.1f}), of processor"
        f" time {statistics.median(used):.1f} ms;"
        f" the bare interpreter {bare[0]:.1f} ms, ratio {median / bare[0]:.1f}"
    )


class Outside:
    """The loop in a plain process."""

    def __init__(self, interpreter: str, source: str, number: int) -> None:
        self.process = subprocess.Popen(
            [interpreter, "-s", "-S", "-c", _OUTSIDE, source, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.clock = (~self.process.pid << 3) | 2

    def time(self) -> tuple[float, float]:
        """(CPU seconds, wall seconds) of one call."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        before, start = time.clock_gettime(self.clock), time.perf_counter()
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        wall = time.perf_counter() - start
        time.sleep(0.0005)  # asleep by then: the clock of a running process lags
        return time.clock_gettime(self.clock) - before, wall

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


def loops(interpreter: str) -> None:
    """Print each loop inside over outside, timed in turns, and how much each clock varies."""
    for name, source in LOOPS.items():
        number = TIMES[name]
        program = Program(source, "/b/m.py", "m", "", "f")
        outside = Outside(interpreter, source, number)
        inside_cpu, inside_wall, outside_cpu = [], [], []
        with (
            Sandbox(Environment(interpreter), Limits(cpu_seconds=3600)) as sandbox,
            sandbox.start(program) as run,
        ):
            for turn in range(PAIRS + 5):
                timing = run.time([Case((number,))])
                there = outside.time()
                if turn >= 5:  # the first are warmer in neither
                    inside_cpu.append(timing.cpu_seconds)
                    inside_wall.append(timing.wall_seconds)
                    outside_cpu.append(there[0])
        outside.close()
        ratios = sorted(a / b for a, b in zip(inside_cpu, outside_cpu, strict=True))
        low, high = ratios[len(ratios) // 2 - 8], ratios[len(ratios) // 2 + 8]  # 95 % interval of the median
        print(
            f"{name:<13} inside {statistics.median(inside_cpu) * 1e3:6.2f} ms, outside"
            f" {statistics.median(outside_cpu) * 1e3:6.2f} ms on the CPU clock: ratio"
            f" {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}];"
            f" CV {_cv(inside_cpu):.1%} on the CPU clock, {_cv(inside_wall):.1%} on the wall clock"
        )


def _cv(values: list[float]) -> float:
    return statistics.stdev(values) / statistics.mean(values)


def round_trips(interpreter: str) -> None:
    """Print how many small calls a second go through one run."""
    program = Program("def f(x): return x + 1", "/b/m.py", "m", "", "f")
    cases = [Case((n,)) for n in range(20_000)]
    with Sandbox(Environment(interpreter)) as sandbox, sandbox.start(program) as run:
        start = time.perf_counter()
        outcomes = run.call(cases)
        seconds = time.perf_counter() - start
    assert all(outcome.kind == "returned" for outcome in outcomes)
    print(f"small calls    {len(cases) / seconds:,.0f} a second, in one batch")


def main() -> None:
    """Measure each interpreter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", nargs="*", default=[sys.executable])
    for interpreter in parser.parse_args().python:
        print(f"{interpreter}")
        for profile in ("strict", "fs-read"):
            starts(interpreter, profile)
        cold(interpreter)
        round_trips(interpreter)
        loops(interpreter)


if __name__ == "__main__":
    main()
