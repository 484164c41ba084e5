"""Give a file to another user."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.chown(v['notes'], 12345, 12345)
"""
DENIED = "PermissionError"
HARM = "files"
ROOT = True
