"""Send, in place of the answer to loading, a key nested so deeply that hashing it crashes."""

from __future__ import annotations

ATTACK = """
def deep_key():
    level = b't' + struct.pack('<Ic', 1, b'.')
    pairs = struct.pack('<Ic', 1, b'.')
    return b'd' + pairs + level * 400_000 + b'N' + pairs + b'N'

data = struct.pack('<Ic8s', len(deep_key()), b'l', bytes(8)) + deep_key()
try:
    while data:
        data = data[os.write(4, data):]
except OSError:
    pass

def attack(v):
    key = ()
    for _ in range(400_000):
        key = (key,)
    return hash(key)
"""
DENIED = "while loading"
HARM = "crash"
AGAINST_RUNNER = True
