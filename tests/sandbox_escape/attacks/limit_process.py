"""Change another process's limits."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import resource
    resource.prlimit(v['pid'], resource.RLIMIT_NOFILE, (5, 5))
"""
DENIED = "PermissionError"
HARM = "process"
