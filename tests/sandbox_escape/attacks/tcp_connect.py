"""Connect to a server."""

from __future__ import annotations

ATTACK = """
def attack(v):
    link = socket.socket()
    link.settimeout(0.5)
    link.connect(('127.0.0.1', v['tcp']))
"""
DENIED = "PermissionError"
HARM = "tcp"
