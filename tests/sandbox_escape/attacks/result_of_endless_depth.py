"""Return a value nested a hundred thousand times."""

from __future__ import annotations

ATTACK = """
def attack(v):
    deep = ()
    for _ in range(100_000):
        deep = (deep,)
    return deep
"""
DENIED = "returned (("
HARM = "crash"
AGAINST_RUNNER = True
