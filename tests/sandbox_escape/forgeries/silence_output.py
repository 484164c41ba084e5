"""Print the right answer instead of returning it."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    print(honest(left, right))
    return 0
"""
STOPPED_BY = "comparison"
