"""Find the object that holds the function under test, and put the right one there."""

from __future__ import annotations

FORGERY = """
def program_of():
    import gc
    gc.unfreeze()
    return next(one for one in gc.get_objects() if type(one).__name__ == "Program" and hasattr(one, "observe_timed"))

def shared(left: list[int], right: list[int]) -> int:
    program_of().function = honest
    return honest(left, right)
"""
STOPPED_BY = "clock"
