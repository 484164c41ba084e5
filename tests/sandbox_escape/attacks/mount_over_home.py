"""Mount an empty file system over the home folder."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('unshare', 0x20000)
    call('mount', None, b'/', None, ctypes.c_ulong(1 << 18 | 1 << 14), None)
    call('mount', b'none', v['home'].encode(), b'tmpfs', ctypes.c_ulong(0), None)
    return 'did: mount'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
