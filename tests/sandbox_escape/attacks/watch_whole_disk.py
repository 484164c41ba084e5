"""Watch every file of the machine."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = libc.fanotify_init(0, 0)
    if handle < 0:
        raise OSError(ctypes.get_errno(), 'fanotify_init')
    return 'did: watch'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
