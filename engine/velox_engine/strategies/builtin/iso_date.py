"""Reads ISO dates with `fromisoformat`, and all that has another form with `strptime` as before.

What it does: `datetime.strptime(text, "%Y-%m-%d")` in a loop, with or without a time of day, calls a new function of
the module that reads texts of exactly that form with `datetime.fromisoformat`, which is written in C, and leaves the
others, and the errors, to `strptime`.

Example:
    from datetime import datetime


    def years(lines: list[str]) -> list[int]:
        return [datetime.strptime(line, "%Y-%m-%d").year for line in lines]

Result:
    from datetime import datetime


    def _iso_datetime(text):
        if type(text) is str and len(text) == 10 and text[4] == text[7] == "-":
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                pass
        return datetime.strptime(text, "%Y-%m-%d")


    def years(lines: list[str]) -> list[int]:
        return [_iso_datetime(line).year for line in lines]

Inputs:
    (["2024-02-29", "1999-1-5", "0001-01-01"],)
    (["2024-W01-1"],)
    (["2023-02-29"],)
    ([],)

When it is unsafe: never: a text that `fromisoformat` would read differently does not have the form that is tested for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant, stands_in_loop
from velox_engine.strategies.patterns import match_expr

# What a text of the format looks like. From Python 3.14 on, fromisoformat knows 24:00 as well, which strptime refuses.
_DATE = ('text[4] == text[7] == "-"',)
_TIME = (*_DATE, 'text[10] == "{between}"', 'text[11:13] < "24"')
_MINUTES, _SECONDS = (*_TIME, 'text[13] == ":"'), (*_TIME, 'text[13] == text[16] == ":"')
_FORMS: Final[Mapping[str, tuple[int, tuple[str, ...]]]] = {
    "%Y-%m-%d": (10, _DATE),
    "%Y-%m-%d %H:%M": (16, _MINUTES),
    "%Y-%m-%dT%H:%M": (16, _MINUTES),
    "%Y-%m-%d %H:%M:%S": (19, _SECONDS),
    "%Y-%m-%dT%H:%M:%S": (19, _SECONDS),
}
_LONGEST = 88  # what the new function's lines keep to


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    kind = _datetime(context)
    calls: dict[str, list[ast.Call]] = {}
    for node in ast.walk(context.node):
        if kind is None or not isinstance(node, ast.Call):
            continue
        found = match_expr(f"{kind}.strptime(M_t, M_f)", node)
        wanted = constant(found["M_f"]) if found else None
        if isinstance(wanted, str) and wanted in _FORMS and stands_in_loop(context, node):
            calls.setdefault(wanted, []).append(node)
    for wanted, nodes in calls.items():
        context.need_builtins("type", "str", "len", "ValueError")
        name, unit = context.fresh("_iso_datetime"), context.layout.unit
        old = context.text(nodes[0].args[1])
        lines = [
            f"def {name}(text):",
            *_question(wanted, unit),
            f"{unit * 2}try:",
            f"{unit * 3}return {kind}.fromisoformat(text)",
            f"{unit * 2}except ValueError:",
            f"{unit * 3}pass",
            f"{unit}return {kind}.strptime(text, {old})",
        ]
        above = context.insert_above("\n".join(lines))
        if above is None or "\n" in old:
            continue
        edits = [
            context.layout.between(
                context.layout.start(one), context.layout.end(one), f"{name}({context.text(one.args[0])})"
            )
            for one in nodes
        ]
        yield Rewrite((above, *edits), "read ISO dates in C")


def _question(wanted: str, unit: str) -> list[str]:
    """Whether a text has the form: on one line, or each part on its own."""
    size, form = _FORMS[wanted]
    parts = [
        "type(text) is str",
        f"len(text) == {size}",
        *(part.format(between=wanted[8:9]) for part in form),
    ]
    line = f"{unit}if {' and '.join(parts)}:"
    if len(line) <= _LONGEST:
        return [line]
    rest = [f"{unit * 2}and {part}" for part in parts[1:]]
    return [f"{unit}if (", f"{unit * 2}{parts[0]}", *rest, f"{unit}):"]


def _datetime(context: FunctionContext) -> str | None:
    """How the function writes the class: `datetime`, `datetime.datetime`, `dt.datetime`."""
    facts = context.facts
    module = facts.imported_as("datetime")
    if module is not None and module not in context.scope.bound:
        return f"{module}.datetime"
    for statement in context.module.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "datetime" and not statement.level:
            for alias in statement.names:
                name = alias.asname or alias.name
                if alias.name != "datetime" or name in facts.parameter_names | context.scope.bound:
                    continue
                if facts.binder(name) is statement:
                    return name
    return None


STRATEGY = BuiltinStrategy("iso-date", "stdlib_substitution", _build, __doc__ or "", ("VX709",))
