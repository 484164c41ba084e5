"""Return a value of a class that calls itself decimal.Decimal and writes itself when read."""

from __future__ import annotations

FORGERY = """
import decimal

class Decimal(int):
    def __str__(self):
        return "3"

Decimal.__module__ = "decimal"
decimal.Decimal = Decimal

def shared(left: list[int], right: list[int]) -> int:
    return Decimal()
"""
STOPPED_BY = "comparison"
