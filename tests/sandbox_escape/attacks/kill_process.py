"""Kill another process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.kill(v['pid'], 9)
"""
DENIED = "PermissionError"
HARM = "process"
