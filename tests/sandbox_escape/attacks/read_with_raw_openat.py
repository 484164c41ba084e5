"""Read a file with the C library, past Python's own open."""

from __future__ import annotations

ATTACK = """
def attack(v):
    libc.open.restype = ctypes.c_int
    handle = libc.open(v['secret'].encode(), 0)
    if handle < 0:
        raise OSError(ctypes.get_errno(), 'open')
    return os.read(handle, 100)
"""
DENIED = "PermissionError"
HARM = "read"
