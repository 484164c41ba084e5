"""Selects the few smallest or largest elements with a heap instead of sorting all.

What it does: a sorted list that is only read at a small constant index, or by a short slice at its front, is replaced
by `heapq.nsmallest`, which gives the same elements in the same order.

Example:
    def podium(scores: list[int]):
        return sorted(scores)[:3]

Result:
    from heapq import nsmallest


    def podium(scores: list[int]):
        return nsmallest(3, scores)

Inputs:
    ([5, 1, 4, 2],)
    ([1],)
    ([],)

When it is unsafe: NaN has no place in an order, so floats are left alone. With more than a few elements wanted,
sorting is faster.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.shape import element_of


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    note = "select the few smallest instead of sorting all"
    for node in ast.walk(context.node):
        found = match_expr("sorted(M_x)[:M_k]", node) if isinstance(node, ast.Subscript) else None
        if found and _ordered(context, found["M_x"]):
            count = constant(found["M_k"])
            if isinstance(count, int) and 0 < count <= 8:
                name, imported = import_member(context, "heapq", "nsmallest")
                text = f"{name}({count}, {context.text(found['M_x'])})"
                yield Rewrite((context.layout.replace(node, text), *imported), note)
    for name in sorted(context.scope.bound - context.scope.inner):
        rewrite = _named(context, name, note)
        if rewrite:
            yield rewrite


def _named(context: FunctionContext, name: str, note: str) -> Rewrite | None:
    """ordered = sorted(xs), then only len(ordered) compared with a small number, and ordered[0] or ordered[1]."""
    values = [
        value
        for value in bindings_of(context, name)
        if value is not None and match_expr("sorted(M_x)", value)
    ]
    if len(values) != 1 or not isinstance(values[0], ast.Call) or not _ordered(context, values[0].args[0]):
        return None
    assigned = context.parents.get(values[0])
    if not isinstance(assigned, ast.Assign) or assigned not in context.node.body:
        return None
    if len(list(bindings_of(context, name))) > 1 or _in_parameters_used_later(context, name, assigned):
        return None
    needed = 0
    for load in loads_of(name, context.node):
        if load in set(ast.walk(values[0])):
            continue
        parent = context.parents.get(load)
        if isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Load):
            at = constant(parent.slice)
            if not isinstance(at, int) or isinstance(at, bool) or not 0 <= at <= 4:
                return None
            needed = max(needed, at + 1)
        elif isinstance(parent, ast.Call) and match_expr(f"len({name})", parent):
            limit = _compared(context, parent)
            if limit is None:
                return None
            needed = max(needed, limit)
        else:
            return None
    if not 1 <= needed <= 6:
        return None
    function, imported = import_member(context, "heapq", "nsmallest")
    text = f"{function}({needed}, {context.text(values[0].args[0])})"
    return Rewrite((context.layout.replace(values[0], text), *imported), note)


def _in_parameters_used_later(context: FunctionContext, name: str, assigned: ast.Assign) -> bool:
    """Whether the name is read as something else before: then the statements before it would be counted too."""
    inside = set(ast.walk(assigned))
    first = context.layout.start(assigned)
    return any(
        load not in inside and context.layout.start(load) < first for load in loads_of(name, context.node)
    )


def _compared(context: FunctionContext, measured: ast.AST) -> int | None:
    """How many elements must exist to answer `len(xs) < 2` and the like: one more than the number compared with."""
    test = context.parents.get(measured)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or test.left is not measured:
        return None
    number = constant(test.comparators[0])
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= 5:
        return None
    exact = isinstance(test.ops[0], ast.Lt | ast.GtE)
    return number if exact else number + 1


def _ordered(context: FunctionContext, items: ast.expr) -> bool:
    context.need_builtins("sorted")
    element = element_of(context.inference.of(items))
    return element.name in ("int", "str", "") and not any(
        isinstance(node, ast.Constant) and isinstance(node.value, float) for node in ast.walk(context.node)
    )


STRATEGY = BuiltinStrategy("smallest-few", "sorting_selection", _build, __doc__ or "", ("VX502",))
