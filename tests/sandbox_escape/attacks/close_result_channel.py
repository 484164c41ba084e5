"""Close every descriptor, so that no result can come."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.closerange(0, 64)
"""
DENIED = "crashed"
HARM = "crash"
AGAINST_RUNNER = True
