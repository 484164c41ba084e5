"""Read a file through the root link of one's own process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return open('/proc/self/root' + v['secret']).read()
"""
DENIED = "PermissionError"
HARM = "read"
