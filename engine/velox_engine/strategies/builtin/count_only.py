"""Counts where a list is filled only to be measured.

What it does: a local list that starts empty, to which elements are only appended, and of which nothing but `len` and
whether it is empty is asked, becomes a number that is counted up. The memory no longer grows with what is found.

Example:
    def close_pairs(numbers: list[int], limit: int) -> int:
        found = []
        for i, first in enumerate(numbers):
            for second in numbers[i + 1:]:
                if abs(first - second) < limit:
                    found.append((first, second))
        return len(found)

Result:
    def close_pairs(numbers: list[int], limit: int) -> int:
        found = 0
        for i, first in enumerate(numbers):
            for second in numbers[i + 1:]:
                if abs(first - second) < limit:
                    found += 1
        return found

Inputs:
    ([1, 5, 2, 9], 4)
    ([], 1)

When it is unsafe: when making an element has an effect or may raise, so only what surely does neither is left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters, stores_of
from velox_engine.strategies.loops import places, stands_in_loop
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.purity import cannot_raise
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        made = place.statement
        if not match_stmt("M_x = []", made) or not isinstance(made, ast.Assign):
            continue
        name = made.targets[0]
        if isinstance(name, ast.Name) and not _is_shared(context, name.id):
            edits = _counted(context, made, name.id)
            if edits:
                yield Rewrite(tuple(edits), f"count instead of filling {name.id}")


def _is_shared(context: FunctionContext, name: str) -> bool:
    scope = context.scope
    return name in parameters(context.node) or name in scope.inner or name in scope.outer_writes


def _counted(context: FunctionContext, made: ast.Assign, name: str) -> list[TextEdit] | None:
    layout = context.layout
    edits = [layout.replace(made.value, "0")]
    filled = measured = False
    for store in stores_of(name, context.own):
        added = context.parents[store]
        if added is made:
            continue
        if not isinstance(added, ast.AugAssign) or not isinstance(added.op, ast.Add):
            return None
        if not isinstance(added.value, ast.List) or not all(
            _is_idle(context, one) for one in added.value.elts
        ):
            return None
        edits.append(layout.replace(added.value, str(len(added.value.elts))))
        filled = filled or stands_in_loop(context, added)
    for load in loads_of(name, context.node):
        above = context.parents[load]
        if match_expr(f"len({name})", above) and context.is_builtin("len"):
            edits.append(layout.replace(above, name))
            measured = True
        elif isinstance(above, ast.Attribute):
            statement = context.parents.get(context.parents[above])
            appended = (
                match_stmt(f"{name}.append(M_e)", statement) if isinstance(statement, ast.Expr) else None
            )
            if not appended or not isinstance(statement, ast.Expr) or not _is_idle(context, appended["M_e"]):
                return None
            edits.append(layout.replace(statement.value, f"{name} += 1"))
            filled = filled or stands_in_loop(context, statement)
        elif not _asks_if_empty(context, load):
            return None
    return edits if filled and measured else None


def _asks_if_empty(context: FunctionContext, load: ast.Name) -> bool:
    """if found: …, while not found: …"""
    node: ast.AST = load
    parent = context.parents[node]
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return True
    return isinstance(parent, ast.If | ast.While | ast.IfExp) and parent.test is node


def _is_idle(context: FunctionContext, node: ast.expr) -> bool:
    """Whether leaving it out is not noticed: it has no effect, and raises for nothing that came this far."""
    if isinstance(node, ast.Tuple | ast.List):
        return all(_is_idle(context, element) for element in node.elts)
    if isinstance(node, ast.Subscript):
        return _was_read(context, node)
    return not isinstance(node, ast.Starred) and cannot_raise(context, node)


def _was_read(context: FunctionContext, node: ast.Subscript) -> bool:
    """Whether a test right around it read the same item, with nothing in between that could change it."""
    statement: ast.AST = node
    while not isinstance(statement, ast.stmt):
        statement = context.parents[statement]
    branch = context.parents.get(statement)
    return (
        isinstance(branch, ast.If)
        and bool(branch.body)
        and branch.body[0] is statement
        and not isinstance(branch.test, ast.BoolOp)
        and any(same(part, node) for part in ast.walk(branch.test))
    )


STRATEGY = BuiltinStrategy("count-only", "data_structure", _build, __doc__ or "")
