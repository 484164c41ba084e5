"""Let another process do the work, whose time is not counted."""

from __future__ import annotations

FORGERY = """
import os

def shared(left: list[int], right: list[int]) -> int:
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.write(writing, str(honest(left, right)).encode())
        os._exit(0)
    return int(os.read(reading, 20))
"""
STOPPED_BY = "comparison"
