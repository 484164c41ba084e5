"""Move one's root folder."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.chroot(v['home'])
    return 'did: chroot'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
