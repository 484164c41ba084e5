"""Which rows a table surely has: it keeps its length, and the loop that counts its rows ends in time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import loads_of, parameters, stores_of
from velox_engine.strategies.effects import bindings_of, effects_of, is_private, is_separate, only_binding
from velox_engine.strategies.lengths import measured, stays_as_measured
from velox_engine.strategies.loops import constant, length_of, range_parts
from velox_engine.strategies.patterns import match_expr

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

Sum = tuple[str, int]
"""A size as something and a constant added to it: ("n", 1) for n + 1."""


def row_exists(context: FunctionContext, place: ast.AST, row: ast.Subscript) -> bool:
    """Whether a position, counted by a loop around `place`, surely is one of the table's, which keeps its length."""
    assert isinstance(row.value, ast.Name)
    index = sum_of(context, row.slice)
    size = _length(context, row.value.id)
    if index is None or size is None or not _keeps_length(context, row.value.id):
        return False
    node = place
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.For) and match_expr(index[0], node.target) and index[0].isidentifier():
            break
    else:
        return False
    if len(stores_of(index[0], ast.walk(node))) != 1:
        return False
    parts = range_parts(context, node.iter)
    if parts is None or constant(parts[2]) != 1:
        return False
    start, stop = constant(parts[0]), sum_of(context, parts[1])
    if type(start) is not int or start < 0 or stop is None or stop[0] != size[0]:
        return False
    lowest = start + index[1]
    # Position -1 is the last one, of which there is one if the loop's range is no longer than the table.
    return (lowest >= 0 or (lowest == -1 and stop[1] <= size[1])) and stop[1] + index[1] <= size[1]


def sum_of(context: FunctionContext, node: ast.expr) -> Sum | None:
    """`n`, `n + 1`, `len(xs) - 1` as something and a constant."""
    offset = 0
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        step = constant(node.right)
        if type(step) is not int:
            return None
        offset, node = (step if isinstance(node.op, ast.Add) else -step), node.left
    if isinstance(node, ast.Name):
        value = only_binding(context, node.id)
        if value is not None:
            held = length_of(context, value)
            if isinstance(held, ast.Name) and (measured(context, node) or _given(context, held.id)):
                return f"len({held.id})", offset
            if isinstance(value, ast.BinOp):
                inner = sum_of(context, value)
                return (inner[0], inner[1] + offset) if inner is not None else None
        return node.id, offset
    held = length_of(context, node)
    return (f"len({held.id})", offset) if isinstance(held, ast.Name) else None


def _length(context: FunctionContext, table: str) -> Sum | None:
    """How many rows the table has."""
    if not bindings_of(context, table) and table in parameters(context.node):
        return f"len({table})", 0
    made = only_binding(context, table)
    if not isinstance(made, ast.ListComp):
        return None
    if (
        len(made.generators) != 1
        or made.generators[0].ifs
        or not isinstance(made.elt, ast.List | ast.ListComp | ast.BinOp)
    ):
        return None
    parts = range_parts(context, made.generators[0].iter)
    if parts is None or constant(parts[0]) != 0 or constant(parts[2]) != 1:
        return None
    size = sum_of(context, parts[1])
    if size is None or (size[0].isidentifier() and not _is_fixed(context, size[0])):
        return None
    lists = [
        held
        for node in ast.walk(parts[1])
        if isinstance(node, ast.expr) and isinstance(held := length_of(context, node), ast.Name)
    ]
    long = all(_given(context, held.id) or stays_as_measured(context, held) for held in lists)
    return size if long else None


def _given(context: FunctionContext, name: str) -> bool:
    """Whether a list was given to the function, which leaves its length alone."""
    return name in parameters(context.node) and _keeps_length(context, name)


def _is_fixed(context: FunctionContext, name: str) -> bool:
    """Whether a name holds one value in the whole function."""
    stores = stores_of(name, ast.walk(context.node))
    return len(stores) == (0 if name in parameters(context.node) else 1)


def _keeps_length(context: FunctionContext, table: str) -> bool:
    """Whether nothing in the function may add a row to the table or take one away."""
    if table in context.scope.inner or table in context.scope.outer_writes:
        return False
    if not _is_fixed(context, table):
        return False  # `table *= 0`
    if effects_of(context, context.node.body).calls_unknown and not is_private(context, table):
        return False
    for load in loads_of(table, context.node):
        parent = context.parents.get(load)
        if isinstance(parent, ast.Tuple):
            parent = context.parents.get(parent)
            if not isinstance(parent, ast.Return):
                return False
        if isinstance(parent, ast.Subscript) and parent.value is load:
            if isinstance(parent.ctx, ast.Del) or (
                isinstance(parent.ctx, ast.Store) and isinstance(parent.slice, ast.Slice)
            ):
                return False
        elif not (
            isinstance(parent, ast.Return | ast.Compare | ast.For | ast.comprehension)
            or (isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and load in parent.args)
        ):
            return False
    # A parameter whose length was measured may also be known by another name.
    return table not in parameters(context.node) or not any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr not in ("get", "items")
        and isinstance(node.func.value, ast.Name) and not is_separate(context, node.func.value.id)
        and effects_of(context, [node]).mutated
        for node in ast.walk(context.node)
    )  # fmt: skip
