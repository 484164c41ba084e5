"""Lower another process's priority."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.setpriority(os.PRIO_PROCESS, v['pid'], 19)
"""
DENIED = "PermissionError"
HARM = "process"
