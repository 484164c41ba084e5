"""Watch what the user does with files."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = libc.inotify_init()
    if handle < 0:
        raise OSError(ctypes.get_errno(), 'inotify_init')
    call('inotify_add_watch', handle, v['home'].encode(), 0xFFF)
    return 'did: watch'
"""
DENIED = "PermissionError"
HARM = "did"
