"""Close the channel, so that there is no result to be wrong."""

from __future__ import annotations

FORGERY = """
import os

def shared(left: list[int], right: list[int]) -> int:
    os.close(4)
    return 0
"""
STOPPED_BY = "comparison"
