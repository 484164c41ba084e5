"""Kill another process through a handle."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = syscall(434, v['pid'], 0)
    syscall(424, handle, 9, None, 0)
"""
DENIED = "PermissionError"
HARM = "process"
