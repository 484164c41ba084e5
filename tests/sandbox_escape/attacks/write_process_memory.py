"""Write into another process's memory."""

from __future__ import annotations

ATTACK = """
def attack(v):
    data = ctypes.create_string_buffer(b'X' * v['length'], v['length'])
    mine = ctypes.create_string_buffer(struct.pack('<QQ', ctypes.addressof(data), v['length']), 16)
    theirs = ctypes.create_string_buffer(struct.pack('<QQ', v['address'], v['length']), 16)
    call('process_vm_writev', v['pid'], mine, 1, theirs, 1, 0)
"""
DENIED = "PermissionError"
HARM = "process"
