"""Cut one of the user's files."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.truncate(v['notes'], 0)
"""
DENIED = "PermissionError"
HARM = "files"
