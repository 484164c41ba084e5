"""Send a datagram."""

from __future__ import annotations

ATTACK = """
def attack(v):
    socket.socket(type=socket.SOCK_DGRAM).sendto(b'out', ('127.0.0.1', v['udp']))
"""
DENIED = "PermissionError"
HARM = "udp"
