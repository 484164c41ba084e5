"""Be right as long as the comparison is likely to last, and wrong from then on."""

from __future__ import annotations

FORGERY = """
CALLS = []

def shared(left: list[int], right: list[int]) -> int:
    CALLS.append(1)
    return honest(left, right) if len(CALLS) < 100 and len(left) < 400 else 0
"""
STOPPED_BY = "comparison"
