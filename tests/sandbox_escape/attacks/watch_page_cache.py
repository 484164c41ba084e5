"""Ask which parts of a shared file are in memory, which shows what others do."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import mmap
    area = mmap.mmap(-1, 4096)
    place = ctypes.addressof(ctypes.c_char.from_buffer(area))
    syscall(27, ctypes.c_void_p(place), 4096, ctypes.create_string_buffer(1))
    return 'did: mincore'
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
