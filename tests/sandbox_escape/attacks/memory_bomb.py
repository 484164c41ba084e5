"""Take more memory than the limit."""

from __future__ import annotations

ATTACK = """
def attack(v):
    kept = [bytearray(1 << 20) for _ in range(160)]
    return 'did: %d' % len(kept)
"""
DENIED = "memory"
HARM = "did"
