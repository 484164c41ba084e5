"""Read another process's memory by system call."""

from __future__ import annotations

ATTACK = """
def attack(v):
    into = ctypes.create_string_buffer(v['length'])
    mine = ctypes.create_string_buffer(struct.pack('<QQ', ctypes.addressof(into), v['length']), 16)
    theirs = ctypes.create_string_buffer(struct.pack('<QQ', v['address'], v['length']), 16)
    call('process_vm_readv', v['pid'], mine, 1, theirs, 1, 0)
    return into.raw
"""
DENIED = "PermissionError"
HARM = "read"
