"""Become root in a user namespace of one's own."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('unshare', 0x10000000)
    return 'did: namespace'
"""
DENIED = "PermissionError"
HARM = "did"
