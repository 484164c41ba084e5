"""Make memory that can be written and executed."""

from __future__ import annotations

ATTACK = """
import mmap

def attack(v):
    mmap.mmap(-1, 4096, prot=7)
    return 'did: executable'
"""
DENIED = "PermissionError"
HARM = "did"
OPEN_WHEN_READING = "extension modules are loaded into executable memory"
