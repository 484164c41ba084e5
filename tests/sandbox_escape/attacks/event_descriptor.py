"""Make descriptors of kinds that a function never needs."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: eventfd %d' % syscall(290, 0, 0)
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
