"""Crash the interpreter."""

from __future__ import annotations

ATTACK = """
def attack(v):
    ctypes.string_at(0)
"""
DENIED = "SIGSEGV"
HARM = "crash"
AGAINST_RUNNER = True
