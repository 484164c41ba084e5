"""Make a folder."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.mkdir(v['home'] + '/planted')
"""
DENIED = "PermissionError"
HARM = "files"
