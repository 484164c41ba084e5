"""Change how the kernel treats this process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('prctl', 15, b'systemd', 0, 0, 0)
    return 'did: prctl'
"""
DENIED = "PermissionError"
HARM = "did"
