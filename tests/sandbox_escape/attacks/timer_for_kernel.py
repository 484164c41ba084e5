"""Make a kernel timer that outlives the call."""

from __future__ import annotations

ATTACK = """
def attack(v):
    number = ctypes.c_int()
    syscall(222, 1, None, ctypes.byref(number))
    return 'did: timer'
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
