"""Return an object that turns into another value on the way."""

from __future__ import annotations

ATTACK = """
class Right:
    def __reduce__(self):
        return int, (42,)

def attack(v):
    return Right()
"""
DENIED = "Right"
HARM = "deceived"
AGAINST_RUNNER = True
