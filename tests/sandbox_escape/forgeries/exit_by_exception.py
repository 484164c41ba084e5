"""Raise SystemExit with success."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    raise SystemExit(0)
"""
STOPPED_BY = "comparison"
