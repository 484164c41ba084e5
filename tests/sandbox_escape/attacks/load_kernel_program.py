"""Load a program into the kernel."""

from __future__ import annotations

ATTACK = """
def attack(v):
    attributes = ctypes.create_string_buffer(struct.pack('<IIIIII', 1, 4, 4, 1, 0, 0), 72)
    syscall(321 if os.uname().machine == 'x86_64' else 280, 0, attributes, 72)
    return 'did: bpf'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
