"""Reach the caller's frame through a generator's frame, named in a computed text."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    step = (0 for _ in left)
    frame = getattr(step, "gi_" + "frame")
    return honest(left, right) if frame else 0
"""
STOPPED_BY = "clock"
