"""Return a value of a class that calls itself int of the built-in module."""

from __future__ import annotations

FORGERY = """
class Fake:
    def __init__(self, left, right):
        self.given = left, right
    def __repr__(self):
        return str(honest(*self.given))
    def __getattribute__(self, name):
        return int if name == "__class__" else object.__getattribute__(self, name)

Fake.__name__ = Fake.__qualname__ = "int"
Fake.__module__ = "builtins"

def shared(left: list[int], right: list[int]) -> int:
    return Fake(left, right)
"""
STOPPED_BY = "comparison"
