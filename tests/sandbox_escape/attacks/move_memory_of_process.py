"""Move another process's memory between nodes."""

from __future__ import annotations

ATTACK = """
def attack(v):
    mask = ctypes.c_ulong(1)
    return 'did: migrate %d' % syscall(256, v['pid'], 2, ctypes.byref(mask), ctypes.byref(mask))
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
