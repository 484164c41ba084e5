"""Compare kernel pointers of two processes."""

from __future__ import annotations

ATTACK = """
def attack(v):
    syscall(312 if os.uname().machine == 'x86_64' else 272, v['pid'], v['parent'], 1, 0, 0)
    return 'did: kcmp'
"""
DENIED = "PermissionError"
HARM = "did"
