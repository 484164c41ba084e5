"""Learn the size of a private file."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: %d' % os.stat(v['secret']).st_size
"""
DENIED = "PermissionError"
HARM = "did"
OPEN_WHEN_READING = "Landlock does not hide sizes and names of files, only their content"
