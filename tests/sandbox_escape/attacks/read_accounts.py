"""Read the list of accounts."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: %d' % len(open('/etc/passwd').read())
"""
DENIED = "PermissionError"
HARM = "did"
