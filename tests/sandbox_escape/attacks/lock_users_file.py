"""Hold a lock on a file that other programs need."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import fcntl
    fcntl.flock(os.open(v['notes'], os.O_RDONLY), fcntl.LOCK_EX)
    return 'did: flock'
"""
DENIED = "PermissionError"
HARM = "did"
