"""Whether a function of the same file always returns a list that nobody else holds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import own_nodes
from velox_engine.strategies.effects import escapes, is_local_new

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def returns_new_list(context: FunctionContext, function: str) -> bool:
    """Whether every return of `function` gives a list made during that call and kept nowhere."""
    node = context.known_functions.get(function)
    if node is None:
        return False
    inner = context.context_of(node)
    returned = [part for part in own_nodes(node) if isinstance(part, ast.Return)]
    if not returned or any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_nodes(node)):
        return False
    return all(_is_new(inner, part) for part in returned)


def _is_new(context: FunctionContext, node: ast.Return) -> bool:
    value = node.value
    if isinstance(value, ast.ListComp | ast.List):
        return True
    if not isinstance(value, ast.Name) or context.inference.of(value).name != "list":
        return False
    return is_local_new(context, value.id) and not _kept(context, value.id)


def _kept(context: FunctionContext, name: str) -> bool:
    """Like `escapes`, but returning it is what this is about."""
    if not escapes(context, name):
        return False
    if name in context.scope.inner:
        return True
    for part in own_nodes(context.node):
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load):
            parent = context.parents.get(part)
            if isinstance(parent, ast.Return):
                continue
            if not isinstance(
                parent, ast.Attribute | ast.Subscript | ast.Compare | ast.For | ast.If | ast.While
            ):
                return True
    return False
