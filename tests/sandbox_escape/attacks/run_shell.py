"""Run a shell command."""

from __future__ import annotations

ATTACK = """
def attack(v):
    if os.system('touch ' + v['home'] + '/planted'):
        raise PermissionError('no shell')
"""
DENIED = "Error"
HARM = "files"
