"""Send to a local service by its path."""

from __future__ import annotations

ATTACK = """
def attack(v):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'out', v['datagram'])
"""
DENIED = "PermissionError"
HARM = "datagram"
