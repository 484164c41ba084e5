"""Change the machine's name, to what it is."""

from __future__ import annotations

ATTACK = """
def attack(v):
    name = os.uname().nodename.encode()
    call('sethostname', name, len(name))
    return 'did: name'
"""
DENIED = "PermissionError"
HARM = "did"
ROOT = True
