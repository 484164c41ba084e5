"""Return an object whose comparison always says yes."""

from __future__ import annotations

FORGERY = """
class Same:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 0

def shared(left: list[int], right: list[int]) -> int:
    return Same()
"""
STOPPED_BY = "comparison"
