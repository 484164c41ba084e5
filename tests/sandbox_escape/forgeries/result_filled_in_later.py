"""Return a list that the next call fills in."""

from __future__ import annotations

FORGERY = """
OWED = []

def shared(left: list[int], right: list[int]) -> int:
    if OWED:
        result, given = OWED.pop()
        result.append(honest(*given))
    result = []
    OWED.append((result, (left, right)))
    return result
"""
STOPPED_BY = "comparison"
