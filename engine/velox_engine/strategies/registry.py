"""The ordered list of all built-in strategies: a new one is a file under `builtin/` and a line here."""

from __future__ import annotations

from typing import Final

from velox_engine.strategies.base import BuiltinStrategy
from velox_engine.strategies.builtin import (
    counter,
    defaultdict_grouping,
    deque_queue,
    hoist_invariant,
    hoist_regex,
    join_strings,
    list_comprehension,
    memoize,
    min_max,
    ordered_dedupe,
    set_membership,
)

# Candidates come in this order, so what helps most often stands first.
STRATEGIES: Final[tuple[BuiltinStrategy, ...]] = (
    set_membership.STRATEGY,
    deque_queue.STRATEGY,
    ordered_dedupe.STRATEGY,
    counter.STRATEGY,
    defaultdict_grouping.STRATEGY,
    join_strings.STRATEGY,
    hoist_regex.STRATEGY,
    list_comprehension.STRATEGY,
    hoist_invariant.STRATEGY,
    memoize.STRATEGY,
    min_max.STRATEGY,
)
