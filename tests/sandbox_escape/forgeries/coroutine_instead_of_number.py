"""Be asynchronous, so that the work waits until somebody awaits it."""

from __future__ import annotations

FORGERY = """
async def shared(left: list[int], right: list[int]) -> int:
    left.clear()
    return 0
"""
STOPPED_BY = "comparison"
