"""Only rename what the original does: right, and no faster."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    return honest(left, right)
"""
STOPPED_BY = "clock"
