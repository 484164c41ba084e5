"""Write a reply of the right form and number, with the nonce taken from the stack."""

from __future__ import annotations

FORGERY = """
import sys

def shared(left: list[int], right: list[int]) -> int:
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    found = frame.f_locals
    sys.modules["__main__"]._send_reply(
        found["channel"], found["nonce"], found.get("index", 0), ("returned", (), "", "", b"", b"")
    )
    return 0
"""
STOPPED_BY = "comparison"
