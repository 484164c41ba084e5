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
            filled: dict[str, list[ast.Call]] = {}
            for node in ast.walk(place.statement):
                found = match_expr("M_x.insert(0, M_e)", node) if isinstance(node, ast.Call) else None
                if found and isinstance(node, ast.Call) and isinstance(found["M_x"], ast.Name):
                    filled.setdefault(found["M_x"].id, []).append(node)
            done = {
                name: edits
                for name, inserts in filled.items()
                if (edits := _appends(context, place, place.statement, name, inserts))
            }
            code = "\n".join(f"{name}.reverse()" for name in done)
            after = context.layout.insert_after(place.statement, code) if done else None
            if after:
                edits = [edit for found in done.values() for edit in found]
                yield Rewrite((after, *edits), "append, and reverse the list once at the end")


def _appends(
    context: FunctionContext, place: Place, loop: ast.For | ast.While, name: str, inserts: list[ast.Call]
) -> list[TextEdit] | None:
    if any(constant(call.args[0]) is False for call in inserts):
        return None
    mentions = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(loop))
    if (
        mentions != len(inserts)
        or name in context.scope.inner | context.scope.outer_writes
        or not _starts_empty(place, name)
    ):
        return None
    if any(isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Await) for node in ast.walk(loop)):
        return None
    if stands_in_try(context, loop):
        return None
    layout = context.layout
    return [
        layout.between(layout.start(one), layout.start(one.args[1]), f"{name}.append(") for one in inserts
    ]


def _starts_empty(place: Place, name: str) -> bool:
    for statement in reversed(place.before):
        if name in all_names([statement]):
            found = match_stmt("M_x = []", statement) or match_stmt("M_x = list()", statement)
            if found:
                return isinstance(found["M_x"], ast.Name) and found["M_x"].id == name
            pair = match_stmt("M_t = M_v", statement)
            targets, values = (pair["M_t"], pair["M_v"]) if pair else (None, None)
            # Ex) evens, odds = [], []
            return (
                isinstance(targets, ast.Tuple)
                and isinstance(values, ast.Tuple)
                and len(targets.elts) == len(values.elts)
                and any(
                    isinstance(target, ast.Name) and target.id == name and match_expr("[]", value) is not None
                    for target, value in zip(targets.elts, values.elts, strict=True)
                )
                and all(isinstance(target, ast.Name) for target in targets.elts)
            )
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
            return False
    return False


STRATEGY = BuiltinStrategy("front-insert", "in_place_update", _build, __doc__ or "")
