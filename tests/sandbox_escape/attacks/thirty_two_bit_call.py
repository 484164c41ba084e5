"""Call the kernel through its 32-bit door, which a filter may not know."""

from __future__ import annotations

ATTACK = """
import mmap

def attack(v):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))
    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return 'did: %d' % ctypes.CFUNCTYPE(ctypes.c_int)(place)()
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
