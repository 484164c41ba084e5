"""Move one of the user's files away."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.rename(v['notes'], v['notes'] + '.gone')
"""
DENIED = "PermissionError"
HARM = "files"
