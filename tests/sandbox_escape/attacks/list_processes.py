"""See which processes there are."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: list' if str(v['pid']) in os.listdir('/proc') else 'not seen'
"""
DENIED = "PermissionError"
HARM = "did"
