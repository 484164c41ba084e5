"""Send data with the first packet instead of connecting."""

from __future__ import annotations

ATTACK = """
def attack(v):
    socket.socket().sendto(b'out', 0x20000000, ('127.0.0.1', v['tcp']))
"""
DENIED = "PermissionError"
HARM = "tcp"
