"""Make one's own memory readable for others again."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('prctl', 4, 1, 0, 0, 0)
    return 'did: dumpable'
"""
DENIED = "PermissionError"
HARM = "did"
