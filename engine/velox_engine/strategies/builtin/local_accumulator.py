"""Adds up in a local variable instead of in an item of a list or dict.

What it does: an inner loop that only adds to one item, whose position it does not change (`m[i][j] += …`), adds to a
variable and stores it after the loop. Every `+=` on an item looks the item up twice.

Example:
    def multiply(a: list[list[int]], b: list[list[int]]):
        size = len(a)
        result = [[0] * size for _ in range(size)]
        for i in range(size):
            for j in range(size):
                for k in range(size):
                    result[i][j] += a[i][k] * b[k][j]
        return result

Result:
    def multiply(a: list[list[int]], b: list[list[int]]):
        size = len(a)
        result = [[0] * size for _ in range(size)]
        for i in range(size):
            for j in range(size):
                total = result[i][j]
                for k in range(size):
                    total += a[i][k] * b[k][j]
                result[i][j] = total
        return result

Inputs:
    ([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    ([], [])
    ([[2]], [[3]])

When it is unsafe: when the loop may run no turn and the item may not exist, when it reads the container elsewhere, or
when it is left by an error that somebody catches, who would see a half-way sum.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import bindings_of, is_local_new, root_name
from velox_engine.strategies.loops import places, stands_in_try
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not place.loops or len(loop.body) != 1:
            continue
        statement = loop.body[0]
        if isinstance(statement, ast.If) and not statement.orelse and len(statement.body) == 1:
            condition, statement = statement.test, statement.body[0]
        else:
            condition = None
        edits = _edits(context, loop, statement, condition)
        if edits:
            yield Rewrite(tuple(edits), "add up in a local variable")


def _edits(
    context: FunctionContext, loop: ast.For, statement: ast.stmt, condition: ast.expr | None
) -> list[TextEdit] | None:
    if not isinstance(statement, ast.AugAssign) or not isinstance(statement.target, ast.Subscript):
        return None
    target = statement.target
    root = root_name(target)
    if root is None or not is_local_new(context, root) or stands_in_try(context, loop):
        return None
    changing = written_names([loop])
    positions = all_names([target])
    reads = [statement.value, loop.iter, *([condition] if condition else [])]
    if positions & changing or root in all_names(reads) or not all(is_pure(context, one) for one in reads):
        return None
    allowed = ast.Name | ast.Subscript | ast.Constant | ast.expr_context | ast.BinOp | ast.Add | ast.Sub
    if not all(isinstance(node, allowed) for node in ast.walk(target)):
        return None
    # The item must exist, which a list whose items are written by position shows; a dict might lack the key.
    if context.inference.of(ast.Name(root, ast.Load())).name != "list":
        return None
    number = context.inference.of(ast.Subscript(target.value, target.slice, ast.Load()))
    if not number.is_number and number.name not in ("", "str"):
        return None
    if number.name == "" and not _starts_with_numbers(context, root, target):
        return None
    name = context.fresh("total", "item_total")
    layout = context.layout
    item = context.text(target)
    before, after = (
        layout.insert_before(loop, f"{name} = {item}"),
        layout.insert_after(loop, f"{item} = {name}"),
    )
    if before is None or after is None or "\n" in item:
        return None
    return [before, layout.replace(target, name), after]


def _starts_with_numbers(context: FunctionContext, root: str, target: ast.Subscript) -> bool:
    """Whether the items are numbers when the list is made: [[0] * n for _ in range(n)]."""
    made = bindings_of(context, root)
    if len(made) != 1 or made[0] is None:
        return False
    shape, node = context.inference.of(made[0]), target
    while isinstance(node, ast.Subscript):
        shape, node = element_of(shape), node.value
    return shape.is_number


STRATEGY = BuiltinStrategy("local-accumulator", "name_lookup", _build, __doc__ or "", ("VX610",))
