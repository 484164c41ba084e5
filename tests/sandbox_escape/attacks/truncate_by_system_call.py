"""Cut a file with the raw system call of the C library."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('truncate', v['notes'].encode(), ctypes.c_long(1))
"""
DENIED = "PermissionError"
HARM = "files"
