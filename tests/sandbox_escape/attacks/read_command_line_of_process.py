"""Read another process's arguments."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return open('/proc/%d/cmdline' % v['pid']).read().replace(chr(0), ' ')
"""
DENIED = "PermissionError"
HARM = "read"
