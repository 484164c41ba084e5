"""Never answer, and use no processor time either."""

from __future__ import annotations

ATTACK = """
def attack(v):
    while True:
        time.sleep(1000)
"""
DENIED = "timed out"
HARM = "hang"
AGAINST_RUNNER = True
