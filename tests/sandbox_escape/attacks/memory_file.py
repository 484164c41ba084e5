"""Make a file in memory, from which to run a program."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.memfd_create('x')
    return 'did: memfd'
"""
DENIED = "PermissionError"
HARM = "did"
