"""Return an object that says it equals what was expected."""

from __future__ import annotations

ATTACK = """
class Same(int):
    def __eq__(self, other):
        return True
    __hash__ = None

def attack(v):
    return Same(0)
"""
DENIED = "Same"
HARM = "deceived"
AGAINST_RUNNER = True
