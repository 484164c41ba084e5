"""Append to one of the user's files."""

from __future__ import annotations

ATTACK = """
def attack(v):
    open(v['notes'], 'a').write('x')
"""
DENIED = "PermissionError"
HARM = "files"
