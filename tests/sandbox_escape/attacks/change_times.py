"""Change a file's time stamps."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.utime(v['notes'], (5, 5))
"""
DENIED = "PermissionError"
HARM = "files"
