"""Connect to a local service that has no path."""

from __future__ import annotations

ATTACK = """
def attack(v):
    socket.socket(socket.AF_UNIX).connect(v['abstract'])
"""
DENIED = "PermissionError"
HARM = "abstract"
