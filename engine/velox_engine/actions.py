"""The 25 actions the policy chooses from, in the order that is the action index."""

from __future__ import annotations

from typing import Final

# Append only: the order is part of every checkpoint's contract (see models/velox_models/policy).
ACTIONS: Final[tuple[str, ...]] = (
    "algorithm_change",
    "data_structure",
    "caching",
    "loop_invariant_hoisting",
    "loop_restructuring",
    "comprehension",
    "lazy_generation",
    "vectorization",
    "dataframe_vectorization",
    "string_building",
    "builtin_substitution",
    "stdlib_substitution",
    "sorting_selection",
    "recursion_to_iteration",
    "in_place_update",
    "copy_elimination",
    "precomputation",
    "regex",
    "io_buffering",
    "concurrency",
    "memory_layout",
    "exception_flow",
    "name_lookup",
    "alternative_solution",
    "no_change",
)

NO_CHANGE: Final[int] = ACTIONS.index("no_change")
ACTION_INDEX: Final[dict[str, int]] = {name: index for index, name in enumerate(ACTIONS)}
