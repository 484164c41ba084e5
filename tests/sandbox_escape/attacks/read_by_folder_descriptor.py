"""Open the home folder and then the secret relative to it."""

from __future__ import annotations

ATTACK = """
def attack(v):
    folder = os.open(v['home'], os.O_RDONLY)
    return os.read(os.open('.ssh/id_secret', os.O_RDONLY, dir_fd=folder), 100).decode()
"""
DENIED = "PermissionError"
HARM = "read"
