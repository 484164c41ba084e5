"""Leave a process that outlives the run."""

from __future__ import annotations

ATTACK = """
def attack(v):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(0.2)
        os._exit(0)
    return 'did: daemon'
"""
DENIED = "BlockingIOError"
HARM = "did"
