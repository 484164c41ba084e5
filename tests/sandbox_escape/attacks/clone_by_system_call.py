"""Fork with the raw system call."""

from __future__ import annotations

ATTACK = """
def attack(v):
    pid = syscall(56 if os.uname().machine == 'x86_64' else 220, 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return 'did: clone'
"""
DENIED = "BlockingIOError"
HARM = "did"
