"""Give a secret a second name."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.link(v['secret'], v['home'] + '/copy')
"""
DENIED = "PermissionError"
HARM = "files"
