"""The ordered list of all rules: a new rule is a new file and a new line here."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from velox_engine.rules.base import Rule

_MODULES: Final[tuple[str, ...]] = (
    "containers.list_membership_in_loop",  # VX101
    "containers.list_queue",  # VX102
    "containers.quadratic_dedupe",  # VX103
    "containers.manual_counting",  # VX104
    "containers.manual_grouping",  # VX105
    "strings.string_concat_in_loop",  # VX201
    "strings.regex_in_loop",  # VX202
    "loops.append_only_loop",  # VX301
    "loops.loop_invariant_call",  # VX302
    "recursion.recomputing_recursion",  # VX401
    "builtins.sorted_first_last",  # VX501
)

RULES: Final[tuple[Rule, ...]] = tuple(import_module(f"velox_engine.rules.{name}").RULE for name in _MODULES)
