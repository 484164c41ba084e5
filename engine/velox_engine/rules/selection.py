"""Decides which rules run on a file, and how severe each is: the defaults, then what the user set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from velox_engine.rules.base import Rule
from velox_engine.rules.engine import Plan, compile_plan
from velox_engine.rules.registry import RULES
from velox_engine.settings import Settings
from velox_engine.types import Severity, VeloxError


@dataclass(frozen=True, slots=True)
class Selection:
    """Rule ids, names or id prefixes ("VX1"); an empty `select` means the rules that are on by default."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()  # besides `select`, or besides the defaults
    severity: tuple[tuple[str, Severity], ...] = ()  # the last entry that names a rule wins
    tests: bool = False  # findings in tests too, which run once on little data
    doubtful: bool = False  # findings too that pay among many only, where nothing says that there are


DEFAULT = Selection()
_LEVELS: Final[dict[str, Severity]] = {"hint": "hint", "info": "info", "warning": "warning"}


def selection_for(settings: Settings, path: Path | None = None) -> Selection:
    """The selection that settings ask for in a file; patterns are those of gitignore, from the project's root.

    Raises VeloxError `bad-setting` for an entry that cannot be read.
    """
    ignore = settings.ignore
    if path is not None and settings.per_file_ignores:
        ignore += _ignored_in(path, settings.per_file_ignores)
    severity: list[tuple[str, Severity]] = []
    for entry in settings.severity:
        rules, word = _split("severity", entry)
        level = _LEVELS.get(word)
        if level is None:
            raise VeloxError(
                "bad-setting", f"severity: {word!r} is no severity.", f"There are {', '.join(_LEVELS)}."
            )
        severity.extend((rule, level) for rule in _words(rules))
    return Selection(
        settings.select,
        ignore,
        settings.extend_select,
        tuple(severity),
        settings.scan_tests,
        settings.scan_doubtful,
    )


def select_rules(selection: Selection = DEFAULT) -> tuple[Rule, ...]:
    """The rules of a selection; a pattern that names none is an error, so that a typo is not silence."""
    levels = [pattern for pattern, _ in selection.severity]
    for pattern in (*selection.select, *selection.extend, *selection.ignore, *levels):
        if not any(_matches(rule, (pattern,)) for rule in RULES):
            raise VeloxError(
                "no-such-rule", f"no rule is called {pattern!r}", "`velox rules list` shows them all"
            )
    return tuple(
        _levelled(rule, selection)
        for rule in RULES
        if (
            (_matches(rule, selection.select) if selection.select else rule.enabled)
            or _matches(rule, selection.extend)
        )
        and not _matches(rule, selection.ignore)
    )


@lru_cache(maxsize=8)
def plan_for(selection: Selection = DEFAULT) -> Plan:
    """The compiled plan of a selection."""
    return compile_plan(select_rules(selection), tests=selection.tests, doubtful=selection.doubtful)


def _levelled(rule: Rule, selection: Selection) -> Rule:
    for pattern, level in reversed(selection.severity):
        if _matches(rule, (pattern,)):
            return replace(rule, severity=level, chosen=True)
    return rule


def _matches(rule: Rule, patterns: Iterable[str]) -> bool:
    return any(
        pattern.upper() == "ALL" or rule.id.startswith(pattern.upper()) or rule.name == pattern
        for pattern in patterns
    )


def _ignored_in(path: Path, entries: tuple[str, ...]) -> tuple[str, ...]:
    # Only those who use the setting pay for these.
    from pathspec import GitIgnoreSpec

    from velox_engine.workspace.project import find_root

    absolute = path.absolute()
    inside = absolute.relative_to(find_root(absolute)).as_posix()
    ignored: list[str] = []
    for entry in entries:
        pattern, rules = _split("per-file-ignores", entry)
        if GitIgnoreSpec.from_lines([pattern]).match_file(inside):
            ignored += _words(rules)
    return tuple(ignored)


def _split(setting: str, entry: str) -> tuple[str, str]:
    left, colon, right = entry.rpartition(":")
    if not colon or not left.strip() or not right.strip():
        raise VeloxError(
            "bad-setting", f"{setting}: {entry!r} has no colon between its parts.", "Ex) 'tests/**: VX301'"
        )
    return left.strip(), right.strip()


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()
