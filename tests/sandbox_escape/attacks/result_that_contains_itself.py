"""Return a list that contains itself."""

from __future__ import annotations

ATTACK = """
def attack(v):
    loop = []
    loop.append(loop)
    return loop
"""
DENIED = "returned ["
HARM = "crash"
AGAINST_RUNNER = True
