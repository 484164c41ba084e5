"""Become a member of another group."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.setgroups([0, 1, 2])
    return 'did: setgroups'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
