"""See which connections the machine has."""

from __future__ import annotations

ATTACK = """
def attack(v):
    found = '%04X' % v['tcp'] in open('/proc/net/tcp').read()
    return 'did: net' if found else 'not seen'
"""
DENIED = "PermissionError"
HARM = "did"
