"""Open a socket to the kernel's routing."""

from __future__ import annotations

ATTACK = """
def attack(v):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0):
        return 'did: netlink'
"""
DENIED = "PermissionError"
HARM = "did"
