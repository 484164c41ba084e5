"""Take a handle on the whole tree of files."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('unshare', 0x20000)
    return 'did: open_tree %d' % syscall(428, -100, b'/', 1 | 0x8000)
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
