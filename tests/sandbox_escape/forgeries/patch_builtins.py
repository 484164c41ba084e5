"""Make built-in functions that the sandbox uses lie."""

from __future__ import annotations

FORGERY = """
import builtins
builtins.len = lambda value: 0
builtins.sorted = builtins.list

def shared(left: list[int], right: list[int]) -> int:
    return 0
"""
STOPPED_BY = "comparison"
