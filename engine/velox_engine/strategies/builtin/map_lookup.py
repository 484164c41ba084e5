"""Looks every element up in a dict through `map`, without a step of bytecode each.

What it does: `[table[x] for x in xs]` with a dict made in the function becomes `list(map(table.__getitem__, xs))`; a
filter for true elements becomes `filter(None, xs)`.

Example:
    def lengths(notes: str):
        beats = {"o": 4, "o|": 2}
        return [beats[note] for note in notes.split(" ") if note]

Result:
    def lengths(notes: str):
        beats = {"o": 4, "o|": 2}
        return list(map(beats.__getitem__, filter(None, notes.split(" "))))

Inputs:
    ("o o| o",)
    ("",)
    ("x",)

When it is unsafe: never for a dict: a missing key raises the same KeyError.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.rendering import one_line


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.ListComp) or len(node.generators) != 1 or node.generators[0].is_async:
            continue
        generator = node.generators[0]
        found = match_expr("M_d[M_x]", node.elt)
        if (
            not found
            or not isinstance(generator.target, ast.Name)
            or not same(found["M_x"], generator.target)
        ):
            continue
        table = found["M_d"]
        if not isinstance(table, ast.Name) or context.inference.of(table).name != "dict":
            continue
        if context.inference.of(table).evidence != "proved" or table.id == generator.target.id:
            continue
        source = context.text(generator.iter)
        if len(generator.ifs) == 1 and same(generator.ifs[0], generator.target):
            context.need_builtins("filter")
            source = f"filter(None, {source})"
        elif generator.ifs:
            continue
        context.need_builtins("list", "map")
        text = one_line(f"list(map({table.id}.__getitem__, {source}))")
        if text:
            yield Rewrite((context.layout.replace(node, text),), "look the elements up in C")


STRATEGY = BuiltinStrategy("map-lookup", "builtin_substitution", _build, __doc__ or "")
