"""Ask for the state of the machine's clock, which leaks its skew."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: adjtime %d' % syscall(305, 0, ctypes.create_string_buffer(512))
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
