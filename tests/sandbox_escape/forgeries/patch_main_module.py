"""Replace the method that observes a call, reached by importing __main__."""

from __future__ import annotations

FORGERY = """
import __main__
observe = __main__.Program.observe

def right(self, ended, args, kwargs, *rest, **more):
    return observe(self, (True, honest(*args)), args, kwargs, *rest, **more)

__main__.Program.observe = right

def shared(left: list[int], right: list[int]) -> int:
    return 0
"""
STOPPED_BY = "clock"
WRONG_OUTSIDE = True
