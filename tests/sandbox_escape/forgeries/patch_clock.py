"""Make every clock of the process stand still."""

from __future__ import annotations

FORGERY = """
import time
for name in ("time", "perf_counter", "process_time", "monotonic", "thread_time"):
    setattr(time, name, lambda: 0.0)
    setattr(time, name + "_ns", lambda: 0)
time.clock_gettime = lambda which: 0.0

def shared(left: list[int], right: list[int]) -> int:
    return honest(left, right)
"""
STOPPED_BY = "clock"
