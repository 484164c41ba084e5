"""Looks for values of a dict in a set of them instead of scanning the dict again and again.

What it does: `x in table.values()` inside a loop that leaves the dict alone asks a set that is made once before the
loop.

Example:
    def used(names: list[str], aliases: dict[str, str]) -> list[str]:
        found = []
        for name in names:
            if name in aliases.values():
                found.append(name)
        return found

Result:
    def used(names: list[str], aliases: dict[str, str]) -> list[str]:
        found = []
        aliases_values = set(aliases.values())
        for name in names:
            if name in aliases_values:
                found.append(name)
        return found

Inputs:
    (["a", "b"], {"x": "a"})
    ([], {})

When it is unsafe: values that cannot be hashed raise TypeError in a set; so their type, and that of what is looked for,
must be known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places, stands_in_loop
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if place.loops or not isinstance(
            statement, ast.For | ast.Assign | ast.Return | ast.Expr | ast.AugAssign
        ):
            continue
        questions: dict[str, list[ast.Compare]] = {}
        for node in ast.walk(statement):
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.In | ast.NotIn):
                continue
            found = match_expr("M_d.values()", node.comparators[0]) if len(node.ops) == 1 else None
            if not found or not isinstance(found["M_d"], ast.Name) or not stands_in_loop(context, node):
                continue
            if _fits(context, node.left, found["M_d"]):
                questions.setdefault(found["M_d"].id, []).append(node)
        for table, nodes in questions.items():
            if not keeps_contents(context, table, [statement]):
                continue
            context.need_builtins("set")
            name = context.fresh(f"{table}_values", f"{table}_value_set")
            above = context.layout.insert_before(statement, f"{name} = set({table}.values())")
            if above:
                edits = (above, *(context.layout.replace(node.comparators[0], name) for node in nodes))
                yield Rewrite(edits, f"look values of {table} up in a set that is built once")


def _fits(context: FunctionContext, wanted: ast.expr, table: ast.Name) -> bool:
    held, what = context.inference.of(table), context.inference.of(wanted)
    return held.is_mapping and held.value.hashable and held.value.self_equal and what.hashable


STRATEGY = BuiltinStrategy("value-set", "data_structure", _build, __doc__ or "", ("VX123",))
