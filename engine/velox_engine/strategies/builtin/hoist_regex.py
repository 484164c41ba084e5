"""Compiles a constant regular expression once, at module level.

What it does: `re.compile("…")`, `re.match("…", text)` and their like with a constant pattern inside a loop or a
function use a pattern object that the module compiles when it is loaded.

Example:
    import re


    def numbers(lines):
        found = []
        for line in lines:
            if re.match(r"\\d+$", line):
                found.append(line)
        return found

Result:
    import re


    _NUMBERS_PATTERN = re.compile(r"\\d+$")


    def numbers(lines):
        found = []
        for line in lines:
            if _NUMBERS_PATTERN.match(line):
                found.append(line)
        return found

Inputs:
    (["12", "a", "7"],)
    ([],)

When it is unsafe: an invalid pattern would fail when the module is loaded instead of when the function runs; such
patterns are left alone, as are calls with flags.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.types import TextEdit

# How many arguments follow the pattern, without flags.
_FUNCTIONS = {
    "match": 1,
    "search": 1,
    "fullmatch": 1,
    "findall": 1,
    "finditer": 1,
    "split": 1,
    "sub": 2,
    "subn": 2,
}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    name = context.facts.imported_as("re")
    if name is None:
        return
    calls = [node for node in ast.walk(context.node) if _is_constant_call(node, name)]
    if not calls:
        return
    names: dict[str, str] = {}
    edits: list[TextEdit] = []
    layout = context.layout
    for call in calls:
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        pattern = layout.text(call.args[0])
        if pattern not in names:
            base = f"_{context.node.name.strip('_').upper()}_PATTERN"
            names[pattern] = (
                base if not names and base not in context.taken_names else _next(context, base, names)
            )
        if call.func.attr == "compile":
            edits.append(layout.replace(call, names[pattern]))
        else:
            edits.append(
                layout.between(
                    layout.start(call), layout.end(call.func), f"{names[pattern]}.{call.func.attr}"
                )
            )
            edits.append(layout.between(layout.start(call.args[0]), layout.start(call.args[1]), ""))
    above = context.insert_above(
        "\n".join(f"{variable} = {name}.compile({pattern})" for pattern, variable in names.items())
    )
    if above is not None:
        yield Rewrite((*edits, above), "compile the regular expression once, when the module is loaded")


def _next(context: FunctionContext, base: str, names: dict[str, str]) -> str:
    number = 2
    while f"{base}_{number}" in context.taken_names or f"{base}_{number}" in names.values():
        number += 1
    return f"{base}_{number}"


def _is_constant_call(node: ast.AST, name: str) -> bool:
    if not (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.args
        and not node.keywords
    ):
        return False
    if not (isinstance(node.func.value, ast.Name) and node.func.value.id == name):
        return False
    pattern = node.args[0]
    if not (isinstance(pattern, ast.Constant) and isinstance(pattern.value, str | bytes)):
        return False
    if any(isinstance(arg, ast.Starred) for arg in node.args):
        return False
    wanted = _FUNCTIONS.get(node.func.attr)
    count = len(node.args) - 1
    if not ((node.func.attr == "compile" and count == 0) or (wanted is not None and count == wanted)):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern.value)
    except (re.error, Warning, OverflowError, RecursionError):
        return False
    return True


STRATEGY = BuiltinStrategy("hoist-regex", "regex", _build, __doc__ or "", ("VX202", "VX203"))
