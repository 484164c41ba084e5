"""Tells which list a name holds the length of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import keeps_contents, only_binding
from velox_engine.strategies.loops import length_of, places

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def measured(context: FunctionContext, size: ast.expr) -> ast.Name | None:
    """xs for a name that was set once, to len(xs), of a list that the function then leaves alone."""
    if not isinstance(size, ast.Name) or size.id in context.scope.outer_writes:
        return None
    value = only_binding(context, size.id)
    held = length_of(context, value) if value is not None else None
    if not isinstance(held, ast.Name):
        return None
    return held if not _is_conditional(context, held) and stays_as_measured(context, held) else None


def measured_for(context: FunctionContext, size: ast.expr, at: ast.AST) -> ast.Name | None:
    """xs for len(xs), or for a name that was set once, to len(xs), of a list that is the same when `at` begins."""
    held = length_of(context, size)
    if isinstance(held, ast.Name):
        return held
    if not isinstance(size, ast.Name) or size.id in context.scope.outer_writes:
        return None
    value = only_binding(context, size.id)
    held = length_of(context, value) if value is not None else None
    if value is None or not isinstance(held, ast.Name) or _is_bound_inside(context, held.id):
        return None
    between: list[ast.AST] = []
    node = at
    while node is not context.node and node in context.parents:
        above = context.parents[node]
        block = next((one for one in _blocks(above) if node in one), None)
        if block is not None:
            before = block[: block.index(node)]
            made = next((one for one in before if value in set(ast.walk(one))), None)
            if made is not None:
                plain = isinstance(made, ast.Assign | ast.AnnAssign)
                between += before[before.index(made) + 1 :]
                return held if plain and keeps_contents(context, held, between) else None
            between += before
            # Of a loop, what follows runs before the next turn.
            if isinstance(above, ast.For | ast.AsyncFor | ast.While):
                between += block[block.index(node) + 1 :]
            between += [one for one in ast.iter_child_nodes(above) if not isinstance(one, ast.stmt)]
        node = above
    return None


def _blocks(node: ast.AST) -> list[list[ast.AST]]:
    fields = (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
    return [field for field in fields if isinstance(field, list)]


def stays_as_measured(context: FunctionContext, held: ast.Name) -> bool:
    """Whether the function leaves the list of one len(xs) alone after that."""
    if _is_bound_inside(context, held.id):
        return False
    # What binds the list stands before it is measured; nothing after that may make it longer.
    end = context.layout.end(held)
    later = [
        place.statement
        for place in places(context.node)
        if context.layout.start(place.statement) > end or place.loops
    ]
    return keeps_contents(context, held, later)


def _is_conditional(context: FunctionContext, node: ast.AST) -> bool:
    """Whether the function may go on without having come by."""
    while node is not context.node and node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.If | ast.Try | ast.Match | ast.ExceptHandler):
            return True
    return False


def _is_bound_inside(context: FunctionContext, name: str) -> bool:
    """Whether comprehensions, lambdas or inner functions may have something else of that name."""
    targets = [node.target for node in ast.walk(context.node) if isinstance(node, ast.comprehension)]
    return name in context.scope.inner or name in all_names(targets)
