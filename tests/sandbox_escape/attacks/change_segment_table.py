"""Change the processor's table of segments, a frequent source of kernel bugs."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: ldt %d' % syscall(154, 0, ctypes.create_string_buffer(16), 16)
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
