"""Write a shared library and load it."""

from __future__ import annotations

ATTACK = """
def attack(v):
    path = v['home'] + '/library.so'
    with open(path, 'wb') as handle:
        handle.write(open('/proc/self/exe', 'rb').read(100))
    try:
        ctypes.CDLL(path)
    except OSError as error:
        if 'permitted' in str(error) or 'denied' in str(error):
            raise
"""
DENIED = "PermissionError"
HARM = "files"
