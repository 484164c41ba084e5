"""Return a subclass of int that works its value out when asked."""

from __future__ import annotations

FORGERY = """
class Later(int):
    def __new__(cls, left, right):
        made = int.__new__(cls, 0)
        made.given = left, right
        return made
    def __int__(self):
        return honest(*self.given)
    __index__ = __int__
    def __eq__(self, other):
        return honest(*self.given) == other
    __hash__ = None

def shared(left: list[int], right: list[int]) -> int:
    return Later(left, right)
"""
STOPPED_BY = "comparison"
