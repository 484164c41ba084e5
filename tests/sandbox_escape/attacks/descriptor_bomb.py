"""Open descriptors without end."""

from __future__ import annotations

ATTACK = """
def attack(v):
    kept = []
    for _ in range(200):
        kept.append(os.dup(0))
    return 'did: %d' % len(kept)
"""
DENIED = "OSError"
HARM = "did"
