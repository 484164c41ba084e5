"""Find out whether a file is there without opening it."""

from __future__ import annotations

ATTACK = """
def attack(v):
    call('access', v['secret'].encode(), 0)
    return 'did: access'
"""
DENIED = "PermissionError"
HARM = "did"
OPEN_WHEN_READING = "Landlock does not hide sizes and names of files, only their content"
