"""End the process while the module loads."""

from __future__ import annotations

FORGERY = """
import os
os._exit(0)
"""
STOPPED_BY = "comparison"
