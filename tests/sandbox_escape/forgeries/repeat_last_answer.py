"""Return the last right answer instead of a new one."""

from __future__ import annotations

FORGERY = """
LAST = []

def shared(left: list[int], right: list[int]) -> int:
    if not LAST:
        LAST.append(honest(left, right))
    return LAST[0]
"""
STOPPED_BY = "comparison"
