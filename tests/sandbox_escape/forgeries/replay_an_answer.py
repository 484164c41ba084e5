"""Send the bytes of an earlier reply again."""

from __future__ import annotations

FORGERY = """
import os
write, first = os.write, []

def again(handle, data):
    first.append(bytes(data))
    return write(handle, first[0])

os.write = again

def shared(left: list[int], right: list[int]) -> int:
    return len(left)
"""
STOPPED_BY = "comparison"
