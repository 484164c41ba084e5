"""Set the machine's clock, to the time it shows."""

from __future__ import annotations

ATTACK = """
def attack(v):
    time.clock_settime(time.CLOCK_REALTIME, time.time())
    return 'did: clock'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
