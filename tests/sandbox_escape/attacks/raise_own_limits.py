"""Raise the limits that hold us."""

from __future__ import annotations

ATTACK = """
import resource

def attack(v):
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    return 'did: setrlimit'
"""
DENIED = "Error"
HARM = "did"
