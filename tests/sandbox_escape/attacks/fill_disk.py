"""Write more than the file size limit."""

from __future__ import annotations

ATTACK = """
def attack(v):
    with open(v['home'] + '/big', 'wb') as handle:
        for _ in range(16):
            handle.write(b'x' * (1 << 20))
    return 'did: disk'
"""
DENIED = "PermissionError"
HARM = "files"
