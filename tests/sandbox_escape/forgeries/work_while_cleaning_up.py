"""Move the work into a garbage collector's callback."""

from __future__ import annotations

FORGERY = """
import gc
gc.callbacks.append(lambda phase, info: None)

def shared(left: list[int], right: list[int]) -> int:
    return honest(left, right)
"""
STOPPED_BY = "clock"
