"""Make an unnamed file and give it a name afterwards."""

from __future__ import annotations

ATTACK = """
def attack(v):
    handle = os.open(v['home'], os.O_TMPFILE | os.O_RDWR)
    os.write(handle, b'x')
    call('linkat', -100, b'/proc/self/fd/%d' % handle, -100, v['home'].encode() + b'/planted', 0x400)
"""
DENIED = "PermissionError"
HARM = "files"
