"""Stop the count of allocated memory."""

from __future__ import annotations

FORGERY = """
import tracemalloc

def shared(left: list[int], right: list[int]) -> int:
    tracemalloc.stop()
    return honest(left, right)
"""
STOPPED_BY = "clock"
