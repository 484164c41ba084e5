"""Have the kernel send signals to another process about a descriptor."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import fcntl
    one, other = os.pipe()
    fcntl.fcntl(one, fcntl.F_SETOWN, v['pid'])
    fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC)
    return 'did: owner'
"""
DENIED = "Error"
HARM = "did"
