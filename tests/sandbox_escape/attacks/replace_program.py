"""Become another program."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.execv('/bin/touch', ['touch', v['home'] + '/planted'])
"""
DENIED = "PermissionError"
HARM = "files"
