"""Pin memory so that others run short."""

from __future__ import annotations

ATTACK = """
def attack(v):
    page = ctypes.create_string_buffer(4096)
    call('mlock', page, ctypes.c_size_t(4096))
    return 'did: locked'
"""
DENIED = "PermissionError"
HARM = "did"
