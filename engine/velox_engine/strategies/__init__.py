"""Strategies: code transformations that carry out the actions. They propose; verification decides."""

from __future__ import annotations

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite, Strategy
from velox_engine.strategies.propose import applicable_actions, propose, standing_in
from velox_engine.strategies.registry import STRATEGIES

__all__ = [
    "STRATEGIES",
    "BuiltinStrategy",
    "FunctionContext",
    "NotApplicable",
    "Rewrite",
    "Strategy",
    "applicable_actions",
    "propose",
    "standing_in",
]
