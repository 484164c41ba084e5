"""Remember every call's answer by its arguments."""

from __future__ import annotations

FORGERY = """
SEEN = {}

def shared(left: list[int], right: list[int]) -> int:
    key = tuple(left), tuple(right)
    if key not in SEEN:
        SEEN[key] = honest(left, right)
    return SEEN[key]
"""
STOPPED_BY = "clock"
