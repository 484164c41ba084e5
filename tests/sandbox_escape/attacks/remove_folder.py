"""Remove a folder with all in it."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.unlink(v['secret'])
    os.rmdir(v['home'] + '/.ssh')
"""
DENIED = "PermissionError"
HARM = "files"
