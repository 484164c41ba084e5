"""Reach the secret through a path that begins in a readable folder."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return open('/usr/lib/../..' + v['secret']).read()
"""
DENIED = "PermissionError"
HARM = "read"
