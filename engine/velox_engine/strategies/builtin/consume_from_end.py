"""Turns a list around once and takes its elements from the end instead of from the front.

What it does: a local list that is only tested, measured and consumed with `pop(0)` is reversed after it is made;
`pop()` then gives the same elements in the same order, and raises the same error when nothing is left. `pop(0)` moves
all the other elements.

Example:
    def lengths(text: str):
        words = text.split(" ")
        result = [len(words.pop(0))]
        while words:
            result.append(len(words.pop(0)))
        return result

Result:
    def lengths(text: str):
        words = text.split(" ")
        words.reverse()
        result = [len(words.pop())]
        while words:
            result.append(len(words.pop()))
        return result

Inputs:
    ("a bc d",)
    ("",)

When it is unsafe: when elements are added, indexed or iterated over, or the list leaves the function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import bindings_of, is_bound_once
from velox_engine.strategies.freshness import returns_new_list
from velox_engine.strategies.loops import constant, is_only_measured, places
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for name in sorted(context.scope.bound - context.scope.inner):
        edits = _edits(context, name)
        if edits:
            yield Rewrite(tuple(edits), f"take the elements of {name} from its end")


def _edits(context: FunctionContext, name: str) -> list[TextEdit] | None:
    values = bindings_of(context, name)
    # `queue += …` adds to the end.
    if not is_bound_once(context, name) or values[0] is None or not _is_new_list(context, values[0]):
        return None
    made = context.parents.get(values[0])
    if not isinstance(made, ast.Assign) or made not in context.node.body or len(made.targets) != 1:
        return None
    layout = context.layout
    edits: list[TextEdit] = []
    in_loop = False
    loops = {
        node for place in places(context.node) if place.loops for node in ast.walk(place.statement)
    } | {
        node for place in places(context.node) if isinstance(place.statement, ast.While)
        for node in ast.walk(place.statement.test)
    }  # fmt: skip
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Name) or node.id != name or not isinstance(node.ctx, ast.Load):
            continue
        if node in set(ast.walk(made)):
            if name not in parameters(context.node):
                return None
            continue
        parent = context.parents.get(node)
        call = context.parents.get(parent) if parent else None
        if (
            isinstance(parent, ast.Attribute)
            and isinstance(call, ast.Call)
            and match_expr(f"{name}.pop(0)", call)
        ):
            if constant(call.args[0]) is False:
                return None
            edits.append(layout.between(layout.end(parent), layout.end(call), "()"))
            in_loop = in_loop or call in loops
        elif (
            isinstance(parent, ast.Subscript)
            and match_expr(f"{name}[0]", parent)
            and isinstance(parent.ctx, ast.Load)
        ):
            edits.append(layout.between(layout.start(parent.slice), layout.end(parent.slice), "-1"))
        elif not is_only_measured(context, node):
            return None
    if name in parameters(context.node) and any(
        layout.start(node) < layout.start(made)
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == name
    ):
        return None
    insertion = layout.insert_after(made, f"{name}.reverse()")
    return [insertion, *edits] if in_loop and insertion else None


def _is_new_list(context: FunctionContext, value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.ListComp):
        return True
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id in ("list", "sorted") and context.is_builtin(value.func.id):
            return True
        return returns_new_list(context, value.func.id)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return (
            value.func.attr in ("split", "splitlines", "rsplit")
            and context.inference.of(value).name == "list"
        )
    return (
        isinstance(value, ast.Subscript)
        and context.inference.of(value).name == "list"
        and isinstance(value.slice, ast.Slice)
    )


STRATEGY = BuiltinStrategy("consume-from-end", "data_structure", _build, __doc__ or "", ("VX102",))
