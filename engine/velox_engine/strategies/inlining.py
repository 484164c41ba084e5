"""Says whether a variable that a loop's body sets can be written where it is read."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import loads_of, written_names
from velox_engine.strategies.loops import read_outside

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_ALWAYS_FIRST = (
    ast.BinOp, ast.UnaryOp, ast.Call, ast.Subscript, ast.Attribute, ast.Tuple, ast.List, ast.Set, ast.keyword,
    ast.Starred, ast.Slice,
)  # fmt: skip
_BEFORE = ast.Name | ast.Constant | ast.expr_context | ast.operator | ast.unaryop | ast.cmpop | ast.keyword


def inline_once(
    context: FunctionContext, statement: ast.stmt, rest: Sequence[ast.stmt]
) -> tuple[ast.Name, str, bool] | None:
    """Where `name = value` may be evaluated instead: (the read, the name, whether it is the only read).

    The read must be what the statements after it evaluate first, whatever the values: so nothing is computed in
    another order, and nothing is skipped.
    """
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or statement.type_comment:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or not rest or isinstance(statement.value, ast.Starred):
        return None
    if any(
        isinstance(node, ast.NamedExpr | ast.Yield | ast.YieldFrom | ast.Await | ast.Lambda)
        for node in ast.walk(statement.value)
    ):
        return None
    name = target.id
    loop: ast.AST = statement
    while loop in context.parents and not isinstance(loop, ast.For):
        loop = context.parents[loop]
    if read_outside(context, name, loop) or name in written_names(rest):
        return None
    inside = set(ast.walk(loop))
    loads = [load for one in rest for load in loads_of(name, one)]
    if not loads or len(loads) != sum(load in inside for load in loads_of(name, context.node)):
        return None
    stores = [
        node for node in inside
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]  # fmt: skip
    first = min(loads, key=context.layout.start)
    if len(stores) != 1 or not _is_evaluated_first(context, first, rest[0]):
        return None
    if len(loads) > 1 and not isinstance(rest[0], ast.If):
        # An element and its condition are evaluated in the order condition, element; two reads in one element are not
        # worth a name there.
        return None
    return first, name, len(loads) == 1


def _is_evaluated_first(context: FunctionContext, load: ast.Name, statement: ast.stmt) -> bool:
    """Whether a statement always reads the name before it computes anything."""
    if isinstance(statement, ast.If):
        top: ast.expr | None = statement.test
    elif isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign):
        top = statement.value
    else:
        return False
    node: ast.AST = load
    while node is not top:
        parent = context.parents[node]
        if isinstance(parent, ast.stmt):
            return False
        if isinstance(parent, ast.IfExp):
            if node is not parent.test:
                return False
        elif isinstance(parent, ast.BoolOp):
            if node is not parent.values[0]:
                return False
        elif isinstance(parent, ast.Compare):
            if node is not parent.left and (node is not parent.comparators[0] or not _plain(parent.left)):
                return False
        elif not isinstance(parent, _ALWAYS_FIRST) or not _plain_before(context, parent, node):
            return False
        node = parent
    return True


def _plain(node: ast.AST) -> bool:
    return all(isinstance(part, _BEFORE) for part in ast.walk(node))


def _plain_before(context: FunctionContext, parent: ast.AST, node: ast.AST) -> bool:
    """Whether what a node evaluates before one of its children is only names and constants.

    A method is looked up before its arguments are evaluated, which shows only if the attribute is missing.
    """
    start = context.layout.start(node)
    for child in ast.iter_child_nodes(parent):
        if child is node or not hasattr(child, "lineno") or context.layout.start(child) >= start:
            continue
        fine = isinstance(child, ast.Attribute) and isinstance(parent, ast.Call) and _plain(child.value)
        if not fine and not _plain(child):
            return False
    return True
