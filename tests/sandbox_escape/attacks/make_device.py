"""Make a device node that reads the disk."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.mknod(v['home'] + '/planted', 0o20666, os.makedev(1, 3))
"""
DENIED = "PermissionError"
HARM = "files"
ROOT = True
