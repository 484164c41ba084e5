"""Become another user."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.setresuid(65534, 65534, 65534)
    return 'did: setuid'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
