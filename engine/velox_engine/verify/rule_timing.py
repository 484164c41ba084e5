"""Times two pieces of code against each other in paired rounds; started by path under the person's interpreter.

Reads one job as JSON from stdin and writes one JSON answer to stdout. Needs nothing but the standard library of
Python 3.9, and whatever package the job itself asks for. `rule_benchmarks` makes the jobs and judges the answers.
"""

from __future__ import annotations

import gc
import importlib
import json
import platform
import sys
import time
import tracemalloc
import types

_LEAST_SECONDS = (
    0.003  # how long one side of a round should take at least, so that the clock's steps do not show
)
_MOST_SECONDS = 2.0  # a side that takes longer is timed in fewer rounds


def main() -> None:
    """Answer one job."""
    job = json.load(sys.stdin)
    answer_to, sys.stdout = sys.stdout, sys.stderr  # what the timed code prints is no answer
    answer = _answer(job)
    json.dump(answer, answer_to)
    answer_to.flush()


def _answer(job):
    about = {
        "version": platform.python_version(),
        "implementation": platform.python_implementation(),
        "packages": {},
    }
    if sys.version_info[:2] < tuple(job["python"]):
        wanted = ".".join(map(str, job["python"]))
        return {**about, "status": "skipped", "reason": "needs Python " + wanted}
    for package in job["needs"]:
        try:
            about["packages"][package] = str(getattr(importlib.import_module(package), "__version__", ""))
        except ImportError:
            return {
                **about,
                "status": "skipped",
                "reason": "needs " + package + ", which is not installed here",
            }
    try:
        before, after = (_callable(job[side], job["setup"], job["call"]) for side in ("before", "after"))
        same = not job["compares"] or _equal(before(), after())
        if not same:
            return {**about, "status": "failed", "reason": "before and after give different results"}
        return {
            **about,
            "status": "measured",
            **_timed(before, after, job),
            **_peaks(before, after),
        }
    except Exception as error:
        return {**about, "status": "failed", "reason": type(error).__name__ + ": " + str(error)}


def _callable(code, setup, call):
    module = sys.modules["benchmark"] = types.ModuleType(
        "benchmark"
    )  # dataclasses look for their module there
    names = module.__dict__
    exec(compile(code, "<code>", "exec"), names)
    exec(compile(setup, "<setup>", "exec"), names)
    return eval(compile("lambda: " + call, "<call>", "eval"), names)


def _equal(old, new):
    same = old == new
    return bool(same.all()) if hasattr(same, "all") else bool(same)


def _timed(before, after, job):
    # Processor time, which the machine's other work does not lengthen, unless waiting is what is measured.
    clock = time.perf_counter if job["waits"] else time.process_time
    rounds = job["rounds"]
    counts = [_repetitions(before, clock), _repetitions(after, clock)]
    slow = max(_seconds(before, counts[0], clock), _seconds(after, counts[1], clock)) > _MOST_SECONDS
    ratios, times = [], ([], [])
    for turn in range(min(rounds, 6) if slow else rounds):
        took = [0.0, 0.0]
        # Each side goes first in every second round, so that a drift of the machine favours neither.
        for side in (0, 1) if turn % 2 else (1, 0):
            took[side] = _seconds((before, after)[side], counts[side], clock) / counts[side]
            times[side].append(took[side])
        ratios.append(took[0] / took[1])
    return {"ratios": ratios, "before_seconds": _median(times[0]), "after_seconds": _median(times[1])}


def _repetitions(function, clock):
    count = 1
    while _seconds(function, count, clock) < _LEAST_SECONDS:
        count *= 2
    return count


def _seconds(function, count, clock):
    gc.collect()
    gc.disable()
    try:
        started = clock()
        for _ in range(count):
            function()
        return clock() - started
    finally:
        gc.enable()


def _peaks(before, after):
    return {"before_bytes": _peak(before), "after_bytes": _peak(after)}


def _peak(function):
    gc.collect()
    tracemalloc.start()
    try:
        result = function()
        peak = tracemalloc.get_traced_memory()[1]
        del result
        return peak
    finally:
        tracemalloc.stop()


def _median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


if __name__ == "__main__":
    main()
