"""Submit system calls through a ring, past a filter."""

from __future__ import annotations

ATTACK = """
def attack(v):
    parameters = ctypes.create_string_buffer(120)
    syscall(425, 4, parameters)
    return 'did: ring'
"""
DENIED = "PermissionError"
HARM = "did"
