"""Appends and reverses once instead of inserting at the front in a loop.

What it does: a list that starts empty and that a loop only fills with `insert(0, …)` is filled with `append` and
reversed after the loop: every insertion at the front moves all elements.

Example:
    def digits(number: int):
        found = []
        while number > 0:
            found.insert(0, number % 10)
            number //= 10
        return found

Result:
    def digits(number: int):
        found = []
        while number > 0:
            found.append(number % 10)
            number //= 10
        found.reverse()
        return found

Inputs:
    (1234,)
    (0,)

When it is unsafe: when the loop looks at the list, is left by `return`, or when the list already holds something.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import Place, constant, places, stands_in_try
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For | ast.While) and not place.statement.orelse:
            edits = _edits(context, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "append, and reverse the list once at the end")


def _edits(context: FunctionContext, place: Place, loop: ast.For | ast.While) -> list[TextEdit] | None:
    inserts = [
        node
        for node in ast.walk(loop)
        if isinstance(node, ast.Call) and match_expr("M_x.insert(0, M_e)", node)
    ]
    if not inserts or any(constant(call.args[0]) is False for call in inserts):
        return None
    receivers = {
        call.func.value.id
        for call in inserts
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
    }
    if len(receivers) != 1:
        return None
    name = receivers.pop()
    mentions = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(loop))
    if mentions != len(inserts) or name in context.scope.inner or not _starts_empty(place, name):
        return None
    if any(isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Await) for node in ast.walk(loop)):
        return None
    if stands_in_try(context, loop):
        return None
    layout = context.layout
    edits: list[TextEdit | None] = [layout.insert_after(loop, f"{name}.reverse()")]
    edits += [
        layout.between(layout.start(one), layout.start(one.args[1]), f"{name}.append(") for one in inserts
    ]
    return [edit for edit in edits if edit] if all(edits) else None


def _starts_empty(place: Place, name: str) -> bool:
    for statement in reversed(place.before):
        if name in all_names([statement]):
            found = match_stmt("M_x = []", statement) or match_stmt("M_x = list()", statement)
            return (
                bool(found) and isinstance(found["M_x"], ast.Name) and found["M_x"].id == name
                if found
                else False
            )
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
            return False
    return False


STRATEGY = BuiltinStrategy("front-insert", "in_place_update", _build, __doc__ or "")
