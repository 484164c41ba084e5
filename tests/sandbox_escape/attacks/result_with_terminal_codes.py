"""Return text that a terminal would obey."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return chr(27) + ']0;owned' + chr(7) + chr(27) + '[2J'
"""
DENIED = "\\x1b"
HARM = "terminal"
AGAINST_RUNNER = True
