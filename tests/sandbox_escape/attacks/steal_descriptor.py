"""Take an open file from another process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = syscall(434, v['pid'], 0)
    return os.pread(syscall(438, handle, v['handle'], 0), 100, 0)
"""
DENIED = "PermissionError"
HARM = "read"
