"""Return values that all have the same hash, for whoever puts them into a set."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return [n * (2**61 - 1) for n in range(60_000)]
"""
DENIED = "returned ["
HARM = "hang"
AGAINST_RUNNER = True
