"""Attach to another process as a debugger."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('ptrace', 16, v['pid'], None, None)
    time.sleep(0.05)
    return 'did: attached'
"""
DENIED = "PermissionError"
HARM = "did"
