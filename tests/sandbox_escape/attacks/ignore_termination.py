"""Go on after every request to stop."""

from __future__ import annotations

ATTACK = """
def attack(v):
    for number in (1, 2, 15):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
DENIED = "timed out"
HARM = "hang"
AGAINST_RUNNER = True
