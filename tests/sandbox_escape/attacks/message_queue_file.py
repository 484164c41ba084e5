"""Make a POSIX message queue, which outlives the process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    name = ('velox-escape-%d' % os.getpid()).encode()
    handle = syscall(240, name, 0o102, 0o600, None)
    syscall(241, name)
    return 'did: mq_open %d' % handle
"""
DENIED = "PermissionError"
HARM = "did"
MACHINE = "x86_64"
