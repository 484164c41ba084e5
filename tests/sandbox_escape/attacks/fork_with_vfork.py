"""Start a second process with the older call."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import subprocess
    subprocess.run(['/bin/true'], check=True)
    return 'did: spawn'
"""
DENIED = "PermissionError"
HARM = "did"
