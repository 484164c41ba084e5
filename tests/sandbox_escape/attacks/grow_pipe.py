"""Take kernel memory by growing a pipe."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import fcntl
    one, other = os.pipe()
    fcntl.fcntl(one, 1031, 1 << 20)
    return 'did: grown'
"""
DENIED = "Error"
HARM = "did"
