"""Decides which rules run: those on by default, or what the user selected and ignored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from velox_engine.rules.base import Rule
from velox_engine.rules.engine import Plan, compile_plan
from velox_engine.rules.registry import RULES
from velox_engine.types import VeloxError


@dataclass(frozen=True, slots=True)
class Selection:
    """Rule ids, names or id prefixes ("VX1"); an empty `select` means the rules that are on by default."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


DEFAULT = Selection()


def select_rules(selection: Selection = DEFAULT) -> tuple[Rule, ...]:
    """The rules of a selection; a pattern that names none is an error, so that a typo is not silence."""
    for pattern in (*selection.select, *selection.ignore):
        if not any(_matches(rule, (pattern,)) for rule in RULES):
            raise VeloxError(
                "no-such-rule", f"no rule is called {pattern!r}", "`velox rules list` shows them all"
            )
    chosen = (
        rule for rule in RULES if (_matches(rule, selection.select) if selection.select else rule.enabled)
    )
    return tuple(rule for rule in chosen if not _matches(rule, selection.ignore))


@lru_cache(maxsize=8)
def plan_for(selection: Selection = DEFAULT) -> Plan:
    """The compiled plan of a selection."""
    return compile_plan(select_rules(selection))


def _matches(rule: Rule, patterns: Iterable[str]) -> bool:
    return any(
        pattern.upper() == "ALL" or rule.id.startswith(pattern.upper()) or rule.name == pattern
        for pattern in patterns
    )
