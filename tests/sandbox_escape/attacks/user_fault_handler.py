"""Handle page faults in user space, to win races in the kernel."""

from __future__ import annotations

ATTACK = """
def attack(v):
    syscall(323 if os.uname().machine == 'x86_64' else 282, 1)
    return 'did: userfaultfd'
"""
DENIED = "PermissionError"
HARM = "did"
