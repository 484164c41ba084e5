"""Rules: static checks that find slow code; `scan` runs them over a file, `Scanner` again after each edit."""

from __future__ import annotations

from velox_engine.rules.base import Hit, Rule
from velox_engine.rules.deepening import deepen
from velox_engine.rules.incremental import Scanner, scan
from velox_engine.rules.registry import RULES
from velox_engine.rules.selection import Selection, select_rules, selection_for

__all__ = [
    "RULES",
    "Hit",
    "Rule",
    "Scanner",
    "Selection",
    "deepen",
    "scan",
    "select_rules",
    "selection_for",
]
