"""Make a message queue that stays behind."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = libc.msgget(0, 0o1600)
    if handle < 0:
        raise OSError(ctypes.get_errno(), 'msgget')
    libc.msgctl(handle, 0, None)
    return 'did: queue'
"""
DENIED = "PermissionError"
HARM = "did"
