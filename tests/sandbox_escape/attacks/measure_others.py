"""Open a performance counter on other processes."""

from __future__ import annotations

ATTACK = """
def attack(v):
    attributes = ctypes.create_string_buffer(struct.pack('<IIQ', 1, 112, 1), 112)
    syscall(298 if os.uname().machine == 'x86_64' else 241, attributes, v['pid'], -1, -1, 0)
    return 'did: perf'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
