"""Install a system call filter of one's own."""

from __future__ import annotations

ATTACK = """
def attack(v):
    code = ctypes.create_string_buffer(struct.pack('<HBBI', 6, 0, 0, 0x7FFF0000), 8)
    program = ctypes.create_string_buffer(struct.pack('<H6xQ', 1, ctypes.addressof(code)), 16)
    call('prctl', 38, 1, 0, 0, 0)
    call('prctl', 22, 2, program, 0, 0)
    return 'did: filter'
"""
DENIED = "PermissionError"
HARM = "did"
