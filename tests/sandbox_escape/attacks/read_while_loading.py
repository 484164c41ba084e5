"""Read the shadow file while the module loads, before the final lock."""

from __future__ import annotations

ATTACK = """
try:
    EARLY = "did: read " + str(len(open('/etc/passwd').read()))
except OSError as error:
    EARLY = repr(error)

def attack(v):
    return EARLY
"""
DENIED = "PermissionError"
HARM = "did"
