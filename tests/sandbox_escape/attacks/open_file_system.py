"""Prepare a mount with the newer calls."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: fsopen %d' % syscall(430, b'tmpfs', 0)
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
