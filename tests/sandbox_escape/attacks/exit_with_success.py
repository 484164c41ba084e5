"""End the process as if all were well."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os._exit(0)
"""
DENIED = "exited by itself with status 0"
HARM = "silent"
AGAINST_RUNNER = True
