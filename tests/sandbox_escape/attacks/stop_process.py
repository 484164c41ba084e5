"""Stop another process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.kill(v['pid'], signal.SIGSTOP)
    time.sleep(0.05)
"""
DENIED = "PermissionError"
HARM = "process"
