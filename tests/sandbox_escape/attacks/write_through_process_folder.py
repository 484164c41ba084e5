"""Write through the working folder of another process."""

from __future__ import annotations

ATTACK = """
def attack(v):
    open('/proc/%d/root%s/planted' % (v['pid'], v['home']), 'w').write('x')
"""
DENIED = "PermissionError"
HARM = "files"
