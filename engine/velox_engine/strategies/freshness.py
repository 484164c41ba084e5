"""Whether a function of the same file always returns a list that nobody else holds."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import own_nodes, parameters
from velox_engine.strategies.effects import bindings_of, escapes, is_local_new
from velox_engine.strategies.patterns import match_expr

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
    return all(_is_new(inner, part, function) for part in returned)


def _is_new(context: FunctionContext, node: ast.Return, function: str) -> bool:
    value = node.value
    if isinstance(value, ast.ListComp | ast.List):
        return True
    if not isinstance(value, ast.Name) or _kept(context, value.id):
        return False
    if context.inference.of(value).name == "list":
        return is_local_new(context, value.id)
    return _adds_own_results(context, value.id, function)


def _adds_own_results(context: FunctionContext, name: str, function: str) -> bool:
    """Whether a name starts as a new list and only gets the function's own results added: a list if they are."""
    bindings = bindings_of(context, name)
    if name in parameters(context.node) or not bindings:
        return False
    return all(
        isinstance(value, ast.List | ast.ListComp)
        or match_expr(f"{name} + [M_v]", value) is not None
        or (
            (added := match_expr(f"{name} + M_v", value)) is not None
            and isinstance(added["M_v"], ast.Call)
            and match_expr(function, added["M_v"].func) is not None
        )
        for value in bindings
    )


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
                parent,
                ast.Attribute | ast.Subscript | ast.Compare | ast.BinOp | ast.For | ast.If | ast.While,
            ):
                return True
    return False
