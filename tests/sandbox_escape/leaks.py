"""Looks for what sandboxes leave behind: processes, descriptors, files, memory; after use, load and sudden death.

Run this file to see the figures: `python tests/sandbox_escape/leaks.py`; `--kills N` and `--runs N` change how much.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from velox_engine.verify.sandbox import Case, Environment, Limits, Program, Sandbox

# Returns, raises, crashes, prints too much or hangs, by its argument.
SOURCE = """
import os
def f(n):
    if n % 50 == 7: os._exit(3)
    if n % 50 == 8: os.kill(os.getpid(), 9)
    if n % 50 == 9: raise ValueError(n)
    if n % 50 == 10: return bytearray(1 << 40)
    if n % 100 == 11:
        while True: pass
    return [n] * 1000
"""
PROGRAM = Program(SOURCE, "/leak/module.py", "leak_module", "", "f")
LIMITS = Limits(call_seconds=0.05, memory_bytes=64 << 20)

# Runs sandboxes one after the other, from the main thread or another one, until it is killed.
_PARENT = """
import sys, threading
from velox_engine.verify.sandbox import Case, Environment, Program, Sandbox

program = Program("def f(n):\\n    while n: pass", "/p.py", "p", "", "f")

def work():
    while True:
        with Sandbox(Environment(sys.executable), preload=("json", "decimal")) as made:
            for n in (0, 0, 1):
                with made.start(program) as run:
                    run.call([Case((n,))], seconds=0.05)

print("ready", flush=True)
if sys.argv[1] == "thread":
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
else:
    work()
"""


def adopt_orphans() -> None:
    """Become the parent of processes whose own parent dies, so that none gets out of sight."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def descendants() -> set[int]:
    """Living processes below this one, however deep; the dead are buried."""
    found: set[int] = set()
    todo = [os.getpid()]
    while todo:
        for entry in _children(todo.pop()):
            pid = int(entry)
            with contextlib.suppress(OSError, IndexError):
                if Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
                    found.add(pid)
                    todo.append(pid)
                    continue
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
    return found


def _children(pid: int) -> list[str]:
    found: list[str] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                found += Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
    return found


def wait_for_end(seconds: float = 5.0) -> float:
    """Seconds until nothing below this process is alive; infinity when it does not end."""
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        if not descendants():
            return time.perf_counter() - start
        time.sleep(0.001)
    return float("inf")


def still_alive() -> int:
    """Processes below this one that do not go away; one that was killed a moment ago may still be dying."""
    wait_for_end(2.0)
    return len(descendants())


def traces() -> dict[str, int]:
    """What could leak, counted: our descriptors, threads and memory (KiB), and files in the temporary folder."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "files": len(os.listdir(tempfile.gettempdir())),
        "kib": pages * os.sysconf("SC_PAGE_SIZE") // 1024,
    }


def use(count: int) -> None:
    """Make so many runs in one sandbox, of every kind of end."""
    with Sandbox(Environment(sys.executable), LIMITS) as made:
        for number in range(count):
            with made.start(PROGRAM) as run:
                run.call([Case((number,))])


def in_a_row(count: int) -> dict[str, float]:
    """Growth of each trace over `count` runs, after a few that warm up."""
    use(60)
    before = traces()
    use(count)
    after = traces()
    return {"runs": count, "alive": still_alive()} | {k: after[k] - before[k] for k in before}


def at_once(crowd: int, count: int) -> dict[str, float]:
    """The same with a crowd of threads, each with a sandbox of its own."""
    use(60)
    before = traces()
    for _ in range(2):  # the first time, threads leave arenas behind that the second reuses
        threads = [threading.Thread(target=use, args=(count,)) for _ in range(crowd)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        middle, before = before, traces()
    after = traces()
    return {"runs": 2 * crowd * count, "alive": still_alive()} | {
        k: after[k] - (before if k == "kib" else middle)[k] for k in before
    }


def kill_parents(count: int, rng: random.Random) -> list[float]:
    """Seconds until nothing lives after the parent was killed, each time at a random moment of its work."""
    found = []
    for number in range(count):
        kind = "thread" if number % 2 else "main"
        parent = subprocess.Popen([sys.executable, "-c", _PARENT, kind], stdout=subprocess.PIPE)
        assert parent.stdout is not None
        parent.stdout.readline()
        time.sleep(rng.uniform(0, 0.4))
        parent.kill()
        start = time.perf_counter()
        parent.wait()
        found.append(wait_for_end() + time.perf_counter() - start)
        parent.stdout.close()
    return found


def kill_zygotes(count: int, rng: random.Random) -> tuple[list[float], int]:
    """Seconds until a killed zygote's processes are gone, and how often the sandbox went on with another."""
    found, replaced = [], 0
    for _ in range(count):
        made = Sandbox(Environment(sys.executable), LIMITS)
        run = made.start(PROGRAM)
        zygote = made._zygote
        assert zygote is not None
        killer = threading.Timer(rng.uniform(0, 0.03), os.kill, (zygote.process.pid, signal.SIGKILL))
        killer.start()
        outcomes = run.call([Case((n,)) for n in (0, 1, 2, 11)])
        killer.join()
        assert outcomes[-1].kind in ("crashed", "missing", "timeout")
        zygote.process.wait()
        start = time.perf_counter()
        run.close()
        zygote.control.close()
        wait_for_end()
        found.append(time.perf_counter() - start)
        with made, made.start(PROGRAM) as again:
            replaced += again.call([Case((0,))])[0].kind == "returned" and made._zygote is not zygote
    return found, replaced


def main() -> int:
    """Print what is left behind; 1 when something is."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one document for another program")
    options = parser.parse_args()
    adopt_orphans()
    with tempfile.TemporaryDirectory() as own:  # others use the usual one at the same time
        os.environ["TMPDIR"] = tempfile.tempdir = own
        return report_all(options)


def report_all(options: argparse.Namespace) -> int:
    """Do everything, and print it."""
    rng = random.Random(options.seed)
    row = in_a_row(options.runs)
    crowd = at_once(8, max(1, options.runs // 16))
    parents = kill_parents(options.kills, rng)
    zygotes, replaced = kill_zygotes(options.kills, rng)
    report = {
        "in_a_row": row,
        "at_once": crowd,
        "parents_killed": parents,
        "zygotes_killed": zygotes,
        "replaced": replaced,
    }
    if options.json:
        print(json.dumps(report))
    else:
        for title, found in (("in a row", row), ("8 at once", crowd)):
            print(f"{found['runs']:.0f} runs {title}: {found['alive']:.0f} processes alive, growth:", end=" ")
            print(", ".join(f"{found[k]:+.0f} {k}" for k in ("descriptors", "threads", "files", "kib")))
        for title, times in (("parent", parents), ("zygote", zygotes)):
            ordered = sorted(times)
            print(
                f"{title} killed {len(times)} times at random moments: all gone after"
                f" {ordered[len(ordered) // 2] * 1e3:.1f} ms (median), {ordered[-1] * 1e3:.1f} ms (longest)"
            )
        print(f"another zygote took over {replaced} of {len(zygotes)} times")
    leaked = any(found[k] > 0 for found in (row, crowd) for k in ("alive", "descriptors", "files"))
    return int(leaked or replaced < len(zygotes) or float("inf") in parents + zygotes)


if __name__ == "__main__":
    sys.exit(main())
