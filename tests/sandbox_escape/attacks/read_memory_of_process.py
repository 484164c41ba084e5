"""Read another process's memory through its file."""

from __future__ import annotations

ATTACK = """
def attack(v):
    with open('/proc/%d/mem' % v['pid'], 'rb', 0) as memory:
        memory.seek(v['address'])
        return memory.read(v['length'])
"""
DENIED = "PermissionError"
HARM = "read"
