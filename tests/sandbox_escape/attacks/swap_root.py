"""Put another folder in the place of the root."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('unshare', 0x10000000 | 0x00020000)
    call('mount', b'none', b'/', None, 0x40000 | 0x4000, None)
    call('mount', v['home'].encode(), v['home'].encode(), None, 0x1000, None)
    os.chdir(v['home'])
    syscall(155 if os.uname().machine == 'x86_64' else 41, b'.', b'.')
    return 'did: pivot_root'
"""
DENIED = "PermissionError"
HARM = "did"
