"""Leave a file in the folder of shared memory."""

from __future__ import annotations

ATTACK = """
def attack(v):
    open('/dev/shm/velox-escape-planted', 'w').write('x')
"""
DENIED = "PermissionError"
HARM = "files"
