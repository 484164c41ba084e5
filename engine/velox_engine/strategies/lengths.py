"""Tells which list a name holds the length of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

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
    # What binds the list stands before it is measured; nothing after that may make it longer.
    end = context.layout.end(held)
    later = [
        place.statement
        for place in places(context.node)
        if context.layout.start(place.statement) > end or place.loops
    ]
    return held if keeps_contents(context, held, later) else None
