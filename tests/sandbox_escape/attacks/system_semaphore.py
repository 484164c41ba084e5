"""Make a semaphore that stays behind."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = libc.semget(0, 1, 0o1600)
    if handle < 0:
        raise OSError(ctypes.get_errno(), 'semget')
    libc.semctl(handle, 0, 0)
    return 'did: semaphore'
"""
DENIED = "PermissionError"
HARM = "did"
