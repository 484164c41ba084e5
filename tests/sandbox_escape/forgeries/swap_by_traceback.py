"""Reach the caller's frame through a traceback, without importing anything."""

from __future__ import annotations

FORGERY = """
def shared(left: list[int], right: list[int]) -> int:
    try:
        raise KeyError
    except KeyError as error:
        frame = error.__traceback__.tb_frame
    while frame is not None:
        if "program" in frame.f_locals:
            frame.f_locals["program"].function = honest
        frame = frame.f_back
    return honest(left, right)
"""
STOPPED_BY = "clock"
