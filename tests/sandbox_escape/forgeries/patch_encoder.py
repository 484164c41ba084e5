"""Replace the encoder's method, so that the right result is written instead of the one returned."""

from __future__ import annotations

FORGERY = """
import sys
encoder = sys.modules["__main__"].Encoder
write = encoder.add
ARGS = []

def right(self, value, lenient=False):
    if type(value) is tuple and value[:1] == ("returned",):
        value = ("returned", honest(*ARGS))
    return write(self, value, lenient)

encoder.add = right

def shared(left: list[int], right: list[int]) -> int:
    ARGS[:] = [left, right]
    return 0
"""
STOPPED_BY = "comparison"
