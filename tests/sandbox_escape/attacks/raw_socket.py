"""Open a raw socket that sees packets."""

from __future__ import annotations

ATTACK = """
def attack(v):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    return 'did: raw'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
