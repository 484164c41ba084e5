"""Attach data to a file."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.setxattr(v['notes'], 'user.planted', b'x')
"""
DENIED = "PermissionError"
HARM = "files"
