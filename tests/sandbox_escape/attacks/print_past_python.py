"""Write to the standard streams themselves, not through Python."""

from __future__ import annotations

ATTACK = """
def attack(v):
    for _ in range(64):
        os.write(1, b'x' * (1 << 20))
    return 'written'
"""
DENIED = "OSError"
HARM = "flood"
AGAINST_RUNNER = True
