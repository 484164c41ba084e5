"""Kill another process with a queued signal."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('sigqueue', v['pid'], 9, None)
"""
DENIED = "PermissionError"
HARM = "process"
