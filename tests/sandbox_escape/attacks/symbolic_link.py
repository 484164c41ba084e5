"""Plant a link that others may follow."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.symlink('/etc/passwd', v['home'] + '/planted')
"""
DENIED = "PermissionError"
HARM = "files"
