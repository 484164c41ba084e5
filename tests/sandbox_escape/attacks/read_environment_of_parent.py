"""Read the environment of the process that started us."""

from __future__ import annotations

ATTACK = """
def attack(v):
    return 'did: ' + str(len(open('/proc/%d/environ' % v['parent'], 'rb').read()))
"""
DENIED = "PermissionError"
HARM = "did"
