"""Connect through IPv6 to an IPv4 address."""

from __future__ import annotations

ATTACK = """
def attack(v):
    link = socket.socket(socket.AF_INET6)
    link.settimeout(0.5)
    link.connect(('::ffff:127.0.0.1', v['tcp']))
"""
DENIED = "PermissionError"
HARM = "tcp"
