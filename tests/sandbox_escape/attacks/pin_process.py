"""Bind another process to one processor."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.sched_setaffinity(v['pid'], os.sched_getaffinity(0))
    return 'did: pinned'
"""
DENIED = "PermissionError"
HARM = "did"
