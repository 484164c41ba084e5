"""Take memory past the limit by mapping it, not by allocating objects."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import mmap
    kept = [mmap.mmap(-1, 1 << 24) for _ in range(10)]
    for area in kept:
        for place in range(0, len(area), 4096):
            area[place] = 1
    return 'did: %d' % len(kept)
"""
DENIED = "memory"
HARM = "did"
