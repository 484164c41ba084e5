"""Be right on small inputs only, which are most of those compared."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    return honest(left, right) if len(left) < 60 else len(left)
"""
STOPPED_BY = "comparison"
