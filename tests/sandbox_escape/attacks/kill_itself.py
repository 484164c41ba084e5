"""End by a signal of its own."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.kill(os.getpid(), 9)
"""
DENIED = "SIGKILL"
HARM = "crash"
AGAINST_RUNNER = True
