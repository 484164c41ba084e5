"""The ordered list of all built-in strategies: a new one is a file under `builtin/` and a line here."""

from __future__ import annotations

from typing import Final

from velox_engine.strategies.base import BuiltinStrategy
from velox_engine.strategies.builtin import (
    compare_extremes,
    constant_membership,
    count_characters,
    counter,
    defaultdict_grouping,
    deque_queue,
    divisor_bound,
    equality_join,
    filter_comprehension,
    front_insert,
    hoist_invariant,
    hoist_regex,
    join_strings,
    linear_recurrence,
    list_comprehension,
    list_count_index,
    memoize,
    min_max,
    mirror_compare,
    modular_power,
    needless_copy,
    ordered_dedupe,
    range_sum,
    set_membership,
    sort_keys,
    sum_loop,
    translate_characters,
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
    compare_extremes.STRATEGY,
    divisor_bound.STRATEGY,
    front_insert.STRATEGY,
    filter_comprehension.STRATEGY,
    range_sum.STRATEGY,
    translate_characters.STRATEGY,
    count_characters.STRATEGY,
    list_count_index.STRATEGY,
    linear_recurrence.STRATEGY,
    equality_join.STRATEGY,
    modular_power.STRATEGY,
    mirror_compare.STRATEGY,
    constant_membership.STRATEGY,
    needless_copy.STRATEGY,
    sort_keys.STRATEGY,
    sum_loop.STRATEGY,
)
