"""Make addresses predictable for what runs next."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('personality', ctypes.c_ulong(0x0040000))
    return 'did: personality'
"""
DENIED = "PermissionError"
HARM = "did"
