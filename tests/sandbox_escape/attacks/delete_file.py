"""Delete one of the user's files."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.unlink(v['notes'])
"""
DENIED = "PermissionError"
HARM = "files"
