"""Lower another process's standing with the kernel."""

from __future__ import annotations

ATTACK = """
def attack(v):
    open('/proc/%d/oom_score_adj' % v['pid'], 'w').write('999')
    return 'did: written'
"""
DENIED = "PermissionError"
HARM = "did"
