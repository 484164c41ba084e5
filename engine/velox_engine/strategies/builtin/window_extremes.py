"""Finds the largest or smallest element of every window of a list in one pass.

What it does: `max(xs[i:i + k])` for each position i looks at every element k times. A deque of the positions that can
still become the largest gives all of them in one pass. Only for ints, of which equal ones cannot be told apart; other
types and windows without elements keep the old way.

Example:
    def peaks(numbers: list[int], width: int) -> list[int]:
        found = []
        for i in range(len(numbers) - width + 1):
            found.append(max(numbers[i:i + width]))
        return found

Result:
    from collections import deque


    def peaks(numbers: list[int], width: int) -> list[int]:
        found = []
        if isinstance(width, int) and width > 0:
            highest = []
            waiting = deque()
            for i, number in enumerate(numbers):
                while waiting and numbers[waiting[-1]] <= number:
                    waiting.pop()
                waiting.append(i)
                if waiting[0] == i - width:
                    waiting.popleft()
                if i >= width - 1:
                    highest.append(numbers[waiting[0]])
            for i in range(len(numbers) - width + 1):
                found.append(highest[i])
        else:
            for i in range(len(numbers) - width + 1):
                found.append(max(numbers[i:i + width]))
        return found

Inputs:
    ([1, 3, -1, -3, 5, 3, 6, 7], 3)
    ([2, 2, 2], 1)
    ([4], 2)
    ([], 1)
    ([1, 2], 0)

When it is unsafe: a list or a width that changes in the loop, and elements that are equal and yet different, such as 1
and True.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.guards import either, has_fast_way, list_of_integers
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.lengths import measured_for
from velox_engine.strategies.loops import constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import block_with_parts


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if place.loops or has_fast_way(context, statement, "> 0"):
            continue
        for index, iterable, inside in _repeated(statement):
            rewrite = _window(context, statement, index, iterable, inside)
            if rewrite:
                yield rewrite
                break


def _repeated(statement: ast.stmt) -> Iterator[tuple[str, ast.expr, list[ast.AST]]]:
    if isinstance(statement, ast.For) and isinstance(statement.target, ast.Name) and not statement.orelse:
        yield statement.target.id, statement.iter, list(statement.body)
    elif isinstance(statement, ast.Assign | ast.Return | ast.Expr | ast.AugAssign):
        for node in ast.walk(statement):
            if isinstance(node, ast.ListComp | ast.GeneratorExp) and len(node.generators) == 1:
                clause = node.generators[0]
                if isinstance(clause.target, ast.Name):
                    yield clause.target.id, clause.iter, [node.elt, *clause.ifs]


def _window(
    context: FunctionContext, statement: ast.stmt, index: str, iterable: ast.expr, inside: list[ast.AST]
) -> Rewrite | None:
    calls = [node for top in inside for node in ast.walk(top) if isinstance(node, ast.Call)]
    for call in calls:
        found = match_expr(f"M_f(M_x[{index}:{index} + M_k])", call)
        if not found or not isinstance(found["M_f"], ast.Name) or found["M_f"].id not in ("min", "max"):
            continue
        function, held, width = found["M_f"].id, found["M_x"], found["M_k"]
        if (
            not isinstance(held, ast.Name)
            or not isinstance(width, ast.Name)
            or not context.is_builtin(function)
        ):
            continue
        written = written_names([statement])
        if {held.id, width.id} & written or not keeps_contents(context, held.id, [statement]):
            continue
        if not _fits(context, statement, iterable, held.id, width.id):
            continue
        if isinstance(statement, ast.For) and read_outside(context, index, statement):
            continue
        return _rewrite(context, statement, call, index, function, held.id, width.id)
    return None


def _fits(context: FunctionContext, statement: ast.stmt, iterable: ast.expr, name: str, width: str) -> bool:
    """Whether the range is exactly that of the windows: range(len(xs) - k + 1)."""
    parts = range_parts(context, iterable)
    if parts is None or constant(parts[0]) != 0 or constant(parts[2]) != 1:
        return False
    lengths = [f"len({name})"]
    for node in ast.walk(parts[1]):
        if isinstance(node, ast.Name):
            measured = measured_for(context, node, statement)
            if measured is not None and measured.id == name:
                lengths.append(node.id)
    return any(
        match_expr(form, parts[1])
        for length in lengths
        for form in (f"{length} - {width} + 1", f"{length} + 1 - {width}", f"{length} - ({width} - 1)")
    )


def _rewrite(
    context: FunctionContext,
    statement: ast.stmt,
    call: ast.Call,
    index: str,
    function: str,
    name: str,
    width: str,
) -> Rewrite | None:
    try:
        tests = list_of_integers(context, name)
    except NotApplicable:
        return None
    context.need_builtins("enumerate", "isinstance", "int", "len", "range")
    deque, imported = import_member(context, "collections", "deque")
    found = context.fresh("highest" if function == "max" else "lowest", "extremes")
    waiting = context.fresh("waiting", "positions")
    one = context.fresh(name[:-1] if name.endswith("s") and len(name) > 3 else "value", "value", "number")
    at = index if isinstance(statement, ast.For) else context.fresh("at", "position")
    sign = "<=" if function == "max" else ">="
    new = block_with_parts(context, [statement], {call: f"{found}[{index}]"})
    slow = context.layout.block_text([statement])
    if new is None or slow is None:
        return None
    unit = context.layout.unit
    body = (
        f"while {waiting} and {name}[{waiting}[-1]] {sign} {one}:\n{unit}{waiting}.pop()\n{waiting}.append({at})\n"
        f"if {waiting}[0] == {at} - {width}:\n{unit}{waiting}.popleft()\n"
        f"if {at} >= {width} - 1:\n{unit}{found}.append({name}[{waiting}[0]])"
    )
    fast = (
        f"{found} = []\n{waiting} = {deque}()\nfor {at}, {one} in enumerate({name}):\n{indent_lines(body, unit)}\n"
        f"{new.rstrip()}"
    )
    tests = [*tests, f"isinstance({width}, int)", f"{width} > 0"]
    edit = either(context, statement, statement, tests, fast, slow)
    return Rewrite((edit, *imported), f"keep the {found} of a window in a deque") if edit else None


STRATEGY = BuiltinStrategy("window-extremes", "algorithm_change", _build, __doc__ or "")
