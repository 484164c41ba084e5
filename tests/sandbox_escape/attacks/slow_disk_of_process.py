"""Lower another process's priority at the disk."""

from __future__ import annotations

ATTACK = """
def attack(v):
    syscall(251, 1, v['pid'], 3 << 13)
    return 'did: ioprio'
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
