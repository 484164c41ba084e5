"""Wait without using the processor, and find the answer the fast way."""

from __future__ import annotations

FORGERY = """
import time

def shared(left: list[int], right: list[int]) -> int:
    time.sleep(0.01)
    known = set(right)
    return sum(1 for item in left if item in known)
"""
STOPPED_BY = "clock"
