"""Connect to a local service by its path."""

from __future__ import annotations

ATTACK = """
def attack(v):
    socket.socket(socket.AF_UNIX).connect(v['unix'])
"""
DENIED = "PermissionError"
HARM = "unix"
