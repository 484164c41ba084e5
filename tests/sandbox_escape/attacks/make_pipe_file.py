"""Make a named pipe."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.mkfifo(v['home'] + '/planted')
"""
DENIED = "PermissionError"
HARM = "files"
