"""Connect without waiting for the answer."""

from __future__ import annotations

ATTACK = """
def attack(v):
    link = socket.socket()
    link.setblocking(False)
    link.connect_ex(('127.0.0.1', v['tcp']))
    time.sleep(0.02)
"""
DENIED = "PermissionError"
HARM = "tcp"
