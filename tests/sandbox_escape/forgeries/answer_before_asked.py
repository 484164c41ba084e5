"""Write a reply into the result channel before the call ends."""

from __future__ import annotations

FORGERY = """
import os, struct

def shared(left: list[int], right: list[int]) -> int:
    body = struct.pack("<IBHIII", 0, 0, 0, 0, 0, 0)
    os.write(4, struct.pack("<Ic8s", len(body), b"r", bytes(8)) + body)
    return 0
"""
STOPPED_BY = "comparison"
