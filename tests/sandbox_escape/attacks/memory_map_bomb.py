"""Map more memory than the limit."""

from __future__ import annotations

ATTACK = """
import mmap

def attack(v):
    mmap.mmap(-1, 1 << 30)
    return 'did: mapped'
"""
DENIED = "OSError"
HARM = "did"
