"""Send to a path from one end of a pair of sockets."""

from __future__ import annotations

ATTACK = """
def attack(v):
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b'out', v['datagram'])
"""
DENIED = "PermissionError"
HARM = "datagram"
