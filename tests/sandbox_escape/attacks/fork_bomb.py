"""Multiply as long as it goes."""

from __future__ import annotations

ATTACK = """
def attack(v):
    started = 0
    for _ in range(8):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        started += 1
    return 'did: %d' % started
"""
DENIED = "BlockingIOError"
HARM = "did"
