"""Rearrange the file system in a namespace of one's own."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('unshare', 0x10000000 | 0x00020000)
    call('mount', b'none', b'/tmp', b'tmpfs', 0, None)
    return 'did: mount'
"""
DENIED = "PermissionError"
HARM = "did"
