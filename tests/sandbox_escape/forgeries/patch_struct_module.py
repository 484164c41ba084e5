"""Replace modules of the standard library that writing results needs."""

from __future__ import annotations

FORGERY = """
import sys
sys.modules["struct"] = sys.modules["array"] = None

def shared(left: list[int], right: list[int]) -> int:
    return 0
"""
STOPPED_BY = "comparison"
