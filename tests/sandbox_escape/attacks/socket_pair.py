"""Make a pair of sockets, over which descriptors could be passed."""

from __future__ import annotations

ATTACK = """
def attack(v):
    for link in socket.socketpair():
        link.close()
    return 'did: pair'
"""
DENIED = "PermissionError"
HARM = "did"
