"""Ask the kernel for its network configuration."""

from __future__ import annotations

ATTACK = """
def attack(v):
    link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    link.bind((0, 0))
    return 'did: netlink'
"""
DENIED = "PermissionError"
HARM = "did"
