"""Put a key into the kernel's key ring."""

from __future__ import annotations

ATTACK = """
def attack(v):
    syscall(248 if os.uname().machine == 'x86_64' else 217, b'user', b'velox-planted', b'x', 1, -2)
    return 'did: key'
"""
DENIED = "PermissionError"
HARM = "did"
