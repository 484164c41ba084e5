"""Change the caller's function through the frames of the stack, after one wrong call."""

from __future__ import annotations

FORGERY = """
import sys

def shared(left: list[int], right: list[int]) -> int:
    frame = sys._getframe(1)
    while frame is not None:
        if "program" in frame.f_locals:
            frame.f_locals["program"].function = honest
        frame = frame.f_back
    return honest(left, right)
"""
STOPPED_BY = "clock"
