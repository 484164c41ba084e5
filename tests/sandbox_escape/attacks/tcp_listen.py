"""Open a port for others to come in."""

from __future__ import annotations

ATTACK = """
def attack(v):
    link = socket.socket()
    link.bind(('127.0.0.1', 0))
    link.listen()
    return 'did: listen on %d' % link.getsockname()[1]
"""
DENIED = "PermissionError"
HARM = "did"
