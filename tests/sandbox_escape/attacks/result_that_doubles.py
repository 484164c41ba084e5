"""Return a tuple that is small in memory and endless when written."""

from __future__ import annotations

ATTACK = """
def attack(v):
    pair = ('x',)
    for _ in range(26):
        pair = (pair, pair)
    return pair
"""
DENIED = "larger than | timed out"
HARM = "hang"
AGAINST_RUNNER = True
