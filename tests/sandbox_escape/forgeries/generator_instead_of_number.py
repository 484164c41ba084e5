"""Return a generator that would give the result some day."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    return (honest(left, right) for _ in range(1))
"""
STOPPED_BY = "comparison"
