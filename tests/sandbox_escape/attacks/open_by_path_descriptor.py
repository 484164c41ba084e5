"""Open a folder as a path only, then a file beneath it."""

from __future__ import annotations

ATTACK = """
def attack(v):
    folder = os.open(v['home'], os.O_PATH)
    return os.read(os.open('.ssh/id_secret', os.O_RDONLY, dir_fd=folder), 100)
"""
DENIED = "PermissionError"
HARM = "read"
