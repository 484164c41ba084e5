"""List the user's folder."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: ' + ' '.join(os.listdir(v['home']))
"""
DENIED = "PermissionError"
HARM = "did"
