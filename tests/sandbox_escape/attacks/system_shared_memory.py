"""Make shared memory that stays behind."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = libc.shmget(0, 4096, 0o1600)
    if handle < 0:
        raise OSError(ctypes.get_errno(), 'shmget')
    libc.shmctl(handle, 0, None)
    return 'did: shm'
"""
DENIED = "PermissionError"
HARM = "did"
