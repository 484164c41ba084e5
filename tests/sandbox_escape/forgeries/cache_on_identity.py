"""Remember answers by the identity of the arguments."""

from __future__ import annotations

FORGERY = """
SEEN = {}

def shared(left: list[int], right: list[int]) -> int:
    key = id(left), id(right)
    if key not in SEEN:
        SEEN[key] = honest(left, right), left, right
    return SEEN[key][0]
"""
STOPPED_BY = "comparison"
