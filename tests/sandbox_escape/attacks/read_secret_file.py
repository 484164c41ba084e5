"""Read a private key of the user."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return open(v['secret']).read()
"""
DENIED = "PermissionError"
HARM = "read"
