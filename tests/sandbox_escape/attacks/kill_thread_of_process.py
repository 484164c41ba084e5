"""Signal one thread of another process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    syscall(234, v['pid'], v['pid'], 9)
"""
DENIED = "PermissionError"
HARM = "process"
MACHINE = "x86_64"
