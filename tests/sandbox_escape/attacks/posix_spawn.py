"""Start a program without forking first."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)
    return 'did: spawn'
"""
DENIED = "Error"
HARM = "did"
