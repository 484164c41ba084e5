"""Start a second process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return 'did: fork'
"""
DENIED = "BlockingIOError"
HARM = "did"
