"""Read the secret with the newest call for opening."""

from __future__ import annotations

ATTACK = """
def attack(v):
    how = ctypes.create_string_buffer(struct.pack('<3Q', 0, 0, 0), 24)
    handle = syscall(437, -100, v['secret'].encode(), how, 24)
    return os.read(handle, 100).decode()
"""
DENIED = "PermissionError"
HARM = "read"
