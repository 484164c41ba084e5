"""End the process with success before anything can be compared."""

from __future__ import annotations

FORGERY = """
import os

def shared(left: list[int], right: list[int]) -> int:
    os._exit(0)
"""
STOPPED_BY = "comparison"
