"""Change how another process is scheduled."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.sched_setscheduler(v['pid'], os.SCHED_BATCH, os.sched_param(0))
    return 'did: scheduled'
"""
DENIED = "PermissionError"
HARM = "did"
