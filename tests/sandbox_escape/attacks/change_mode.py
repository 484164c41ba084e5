"""Open a secret to everybody."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.chmod(v['secret'], 0o777)
"""
DENIED = "PermissionError"
HARM = "files"
