"""Raise an exception of a class named like a built-in one."""

from __future__ import annotations

FORGERY = """
class TypeError(Exception):
    pass

TypeError.__module__ = "builtins"
TypeError.__qualname__ = "TypeError"

def shared(left: list[int], right: list[int]) -> int:
    if not isinstance(left, list):
        raise TypeError(f"{type(left).__name__!r} object is not iterable")
    raise TypeError("no")
"""
STOPPED_BY = "comparison"
