"""Enter the namespaces of another process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = os.open('/proc/%d/ns/uts' % v['pid'], os.O_RDONLY)
    call('setns', handle, 0)
    return 'did: entered'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
