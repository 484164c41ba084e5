"""Return an object that runs code in whoever unpickles it."""

from __future__ import annotations

ATTACK = """
class Bomb:
    def __init__(self, path):
        self.path = path
    def __reduce__(self):
        return os.mkdir, (self.path,)

def attack(v):
    return Bomb(v['home'] + '/unpickled')
"""
DENIED = "Bomb"
HARM = "files"
AGAINST_RUNNER = True
