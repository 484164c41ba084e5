"""Removes a sort or copy whose result nobody reads.

What it does: an assignment of `sorted(…)`, `list(…)`, `set(…)` or a comprehension to a name that is never read is
deleted.

Example:
    def first(values: list[int]):
        ordered = sorted(values)
        return values[0]

Result:
    def first(values: list[int]):
        return values[0]

Inputs:
    ([3, 1],)
    ([1],)

When it is unsafe: when computing it would raise, such as sorting values that have no order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import read_names
from velox_engine.strategies.loops import places
from velox_engine.strategies.purity import is_pure

_WORK = frozenset({"sorted", "list", "set", "tuple", "dict", "sum", "max", "min", "len"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    read = read_names([context.node])
    for place in places(context.node):
        statement = place.statement
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or len(place.block) < 2:
            continue
        target, value = statement.targets[0], statement.value
        if (
            not isinstance(target, ast.Name)
            or target.id in read | context.scope.outer_writes | context.scope.inner
        ):
            continue
        called = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _WORK
        if not called or not is_pure(context, value) or not _harmless(context, value):
            continue
        gone = context.layout.delete(statement)
        if gone:
            yield Rewrite((gone,), f"leave out {target.id}, which nobody reads")


def _harmless(context: FunctionContext, value: ast.expr) -> bool:
    """Whether it works on names only, which the rest of the function iterates or indexes as well."""
    if not isinstance(value, ast.Call) or len(value.args) != 1 or value.keywords:
        return False
    item = value.args[0]
    if not isinstance(item, ast.Name):
        return False
    shape = context.inference.of(item)
    if shape.name in ("iterator", "generator"):
        return False
    return shape.name != "" or any(
        isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == item.id
        for node in ast.walk(context.node)
    )


STRATEGY = BuiltinStrategy("unused-work", "copy_elimination", _build, __doc__ or "")
