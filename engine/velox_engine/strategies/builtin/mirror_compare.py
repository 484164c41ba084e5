"""Compares a sequence with its reverse in C instead of index by index.

What it does: a loop that returns as soon as an element differs from its mirror image compares two iterators over the
sequence, or a str with its reversed copy; a loop that counts the differences sums over the same pairs.

Example:
    def is_palindrome(text: str):
        for i in range(len(text)):
            if text[i] != text[len(text) - 1 - i]:
                return False
        return True

Result:
    def is_palindrome(text: str):
        if text != text[::-1]:
            return False
        return True

Inputs:
    ("abba",)
    ("abc",)
    ("",)

When it is unsafe: a list compares its elements by identity first, so lists keep comparing element by element; only
the index arithmetic goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import Place, places, read_outside
from velox_engine.strategies.patterns import Match, match_expr, match_stmt, same
from velox_engine.types import TextEdit

_MIRRORED = (
    "M_x[M_i] != M_x[len(M_x) - 1 - M_i]",
    "M_x[M_i] != M_x[len(M_x) - M_i - 1]",
    "M_x[M_i] != M_x[-1 - M_i]",
    "M_x[M_i] != M_x[-M_i - 1]",
    "M_x[M_i] != M_x[-(M_i + 1)]",
    "M_x[M_i] != M_x[~M_i]",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        edit = None
        if isinstance(place.statement, ast.For):
            edit = _for(context, place, place.statement)
        elif isinstance(place.statement, ast.While):
            edit = _while(context, place, place.statement)
        if edit:
            yield Rewrite(tuple(edit), "compare with the mirror image without indices")


def _for(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    whole = match_stmt("for M_i in range(len(M_x)):\n M__", loop)
    half = match_stmt("for M_i in range(len(M_x) // 2):\n M__", loop)
    found = whole or half
    if not found or loop.orelse or len(loop.body) != 1 or not isinstance(loop.body[0], ast.If):
        return None
    branch = loop.body[0]
    mirrored = _mirrored(branch.test, found["M_x"], found["M_i"])
    if not mirrored or branch.orelse or len(branch.body) != 1 or not isinstance(found["M_i"], ast.Name):
        return None
    sequence = found["M_x"]
    if not isinstance(sequence, ast.Name) or read_outside(context, found["M_i"].id, loop):
        return None
    context.need_builtins("len", "range", "zip", "reversed")
    unit = context.layout.unit
    statement = branch.body[0]
    name = sequence.id
    first, second = context.fresh("front", "first"), context.fresh("back", "second")
    pairs = (
        f"zip({name}, reversed({name}))"
        if whole
        else f"zip({name}, reversed({name}), range(len({name}) // 2))"
    )
    targets = f"{first}, {second}" if whole else f"{first}, {second}, _"
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Constant):
        if context.inference.of(sequence).name == "str":
            code = f"if {name} != {name}[::-1]:\n{unit}{context.text(statement)}"
        else:
            code = f"for {targets} in {pairs}:\n{unit}if {first} != {second}:\n{unit}{unit}{context.text(statement)}"
    elif match_stmt("M_n += 1", statement) and half:
        code = (
            f"for {targets} in {pairs}:\n{unit}if {first} != {second}:\n{unit}{unit}{context.text(statement)}"
        )
    else:
        return None
    edit = context.layout.replace_statements(loop, loop, code)
    return [edit] if edit else None


def _mirrored(test: ast.expr, sequence: ast.expr, index: ast.expr) -> Match | None:
    for template in _MIRRORED:
        found = match_expr(template, test)
        if found and same(found["M_x"], sequence) and same(found["M_i"], index):
            return found
    return None


def _while(context: FunctionContext, place: Place, loop: ast.While) -> list[TextEdit] | None:
    # Ex) while i < j: if xs[i] != xs[j]: return False; i += 1; j -= 1
    found = match_stmt(
        "while M_i < M_j:\n if M_x[M_i] != M_x[M_j]:\n  return M_r\n M_i += 1\n M_j -= 1", loop
    ) or match_stmt("while M_i <= M_j:\n if M_x[M_i] != M_x[M_j]:\n  return M_r\n M_i += 1\n M_j -= 1", loop)
    previous = place.previous
    if not found or previous is None or not isinstance(found["M_r"], ast.Constant):
        return None
    started = match_stmt("M_i, M_j = 0, len(M_x) - 1", previous)
    if started is None and place.index >= 2:
        one = match_stmt("M_i = 0", place.block[place.index - 2])
        two = match_stmt("M_j = len(M_x) - 1", previous)
        started = {**one, **two} if one and two else None
        previous = place.block[place.index - 2]
    if not started or not all(same(started[key], found[key]) for key in ("M_i", "M_j", "M_x")):
        return None
    left, right, sequence = found["M_i"], found["M_j"], found["M_x"]
    if not (isinstance(left, ast.Name) and isinstance(right, ast.Name) and isinstance(sequence, ast.Name)):
        return None
    used = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id in (left.id, right.id) and isinstance(node.ctx, ast.Load)
    ]
    if any(node not in set(ast.walk(loop)) for node in used):
        return None
    # i <= j compares the middle element with itself, which only NaN and its like would notice.
    if isinstance(loop.test, ast.Compare) and isinstance(loop.test.ops[0], ast.LtE):
        return None
    context.need_builtins("len", "range", "zip", "reversed")
    unit, name = context.layout.unit, sequence.id
    result = context.text(found["M_r"])
    if context.inference.of(sequence).name == "str":
        code = f"if {name} != {name}[::-1]:\n{unit}return {result}"
    else:
        first, second = context.fresh("front", "first"), context.fresh("back", "second")
        pairs = f"zip({name}, reversed({name}), range(len({name}) // 2))"
        code = f"for {first}, {second}, _ in {pairs}:\n{unit}if {first} != {second}:\n{unit}{unit}return {result}"
    edit = context.layout.replace_statements(previous, loop, code)
    return [edit] if edit else None


STRATEGY = BuiltinStrategy("mirror-compare", "loop_restructuring", _build, __doc__ or "", ("VX213",))
