"""Writes `list(filter(lambda …))` and `list(map(lambda …))` as comprehensions.

What it does: a lambda called once per element costs a function call each; a comprehension evaluates its expression
in place.

Example:
    def evens(numbers):
        return list(filter(lambda x: x % 2 == 0, numbers))

Result:
    def evens(numbers):
        return [x for x in numbers if x % 2 == 0]

Inputs:
    ([1, 2, 4],)
    ([],)

When it is unsafe: never; lambdas with defaults or more than one parameter are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names

_BRACKETS = {"list": ("[", "]"), "set": ("{", "}"), "sum": ("sum(", ")"), "tuple": ("tuple([", "])")}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        text = _comprehension(context, node)
        if text:
            yield Rewrite(
                (context.layout.replace(node, text),), "a comprehension instead of a lambda per element"
            )


def _comprehension(context: FunctionContext, node: ast.AST) -> str | None:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BRACKETS):
        return None
    if len(node.args) != 1 or node.keywords or not context.is_builtin(node.func.id):
        return None
    inner = node.args[0]
    if not (isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and len(inner.args) == 2):
        return None
    if inner.func.id not in ("filter", "map") or not context.is_builtin(inner.func.id) or inner.keywords:
        return None
    function, items = inner.args
    if not isinstance(function, ast.Lambda) or len(function.args.args) != 1 or isinstance(items, ast.Starred):
        return None
    arguments = function.args
    if (
        arguments.defaults
        or arguments.vararg
        or arguments.kwarg
        or arguments.kwonlyargs
        or arguments.posonlyargs
    ):
        return None
    name = arguments.args[0].arg
    if name in all_names([items]) or any(
        isinstance(part, ast.Lambda | ast.NamedExpr | ast.Yield | ast.Await)
        for part in ast.walk(function.body)
    ):
        return None
    body, source = context.text(function.body), context.operand(items)
    if "\n" in body + source:
        return None
    opening, closing = _BRACKETS[node.func.id]
    if inner.func.id == "map":
        element = context.operand(function.body) if isinstance(function.body, ast.Tuple) else body
        return f"{opening}{element} for {name} in {source}{closing}"
    if isinstance(function.body, ast.IfExp):
        body = f"({body})"
    return f"{opening}{name} for {name} in {source} if {body}{closing}"


STRATEGY = BuiltinStrategy("filter-comprehension", "comprehension", _build, __doc__ or "", ("VX508",))
