"""Start a thread that goes on after the call."""

from __future__ import annotations

ATTACK = """
def attack(v):
    threading.Thread(target=time.sleep, args=(0.01,)).start()
    return 'did: thread'
"""
DENIED = "RuntimeError"
HARM = "did"
