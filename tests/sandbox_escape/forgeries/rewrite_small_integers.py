"""Change the value of a small integer inside the interpreter."""

from __future__ import annotations

FORGERY = """
import ctypes

def shared(left: list[int], right: list[int]) -> int:
    number = 200
    ctypes.memmove(id(number) + 24, id(1) + 24, 4)
    return 0
"""
STOPPED_BY = "comparison"
