"""Write a new file beside the user's."""

from __future__ import annotations

ATTACK = """
def attack(v):
    open(v['home'] + '/planted', 'w').write('x')
"""
DENIED = "PermissionError"
HARM = "files"
