"""Enter a folder and write by a relative name."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.chdir(v['home'])
    open('planted', 'w').write('x')
"""
DENIED = "PermissionError"
HARM = "files"
