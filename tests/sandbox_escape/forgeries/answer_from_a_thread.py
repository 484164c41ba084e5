"""Let a thread work on beside the calls."""

from __future__ import annotations

FORGERY = """
import threading

def shared(left: list[int], right: list[int]) -> int:
    found = []
    worker = threading.Thread(target=lambda: found.append(honest(left, right)))
    worker.start()
    worker.join()
    return found[0]
"""
STOPPED_BY = "comparison"
