"""Print more than anybody wants to keep."""

from __future__ import annotations

ATTACK = """
def attack(v):
    for _ in range(64):
        print('x' * (1 << 20))
    return 'printed'
"""
DENIED = "printed more than"
HARM = "flood"
AGAINST_RUNNER = True
