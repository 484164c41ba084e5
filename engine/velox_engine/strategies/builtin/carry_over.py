"""Carries a running result from one turn of a loop to the next instead of computing it from the start each time.

What it does: where a loop over a range sets a variable to a constant and lets an inner loop add to it (or multiply, or
fold) for `range(a, i + 1)`, the result for the turn before is kept and only the new numbers are added to it. They come
in the same order as before, so floats are the same to the last bit.

Example:
    def factorials(count: int):
        result = []
        for i in range(1, count + 1):
            product = 1
            for j in range(1, i + 1):
                product *= j
            result.append(product)
        return result

Result:
    def factorials(count: int):
        result = []
        product_so_far = 1
        for i in range(1, count + 1):
            product_so_far *= i
            product = product_so_far
            result.append(product)
        return result

Inputs:
    (6,)
    (0,)
    (-2,)

When it is unsafe: when what the inner loop reads changes on the way, or depends on the outer loop's variable.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, loads_of, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import Place, constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import one_line, render


@dataclass(frozen=True, slots=True)
class _Fold:
    """x = start; for j in range(first, stop): x = … x … j …"""

    start: ast.Assign
    loop: ast.For
    name: str
    variable: str
    first: ast.expr
    stop: ast.expr
    step: ast.stmt


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        outer = place.loops[-1] if place.loops else None
        if not isinstance(outer, ast.For) or not isinstance(place.statement, ast.For):
            continue
        fold = _fold(context, place)
        if fold and _may_be_carried(context, outer, fold):
            rewrite = _carried(context, outer, fold)
            if rewrite:
                yield rewrite


def _fold(context: FunctionContext, place: Place) -> _Fold | None:
    loop, start = place.statement, place.previous
    if (
        not isinstance(loop, ast.For)
        or loop.orelse
        or len(loop.body) != 1
        or not isinstance(start, ast.Assign)
    ):
        return None
    if len(start.targets) != 1 or not isinstance(start.targets[0], ast.Name):
        return None
    parts = range_parts(context, loop.iter)
    if parts is None or constant(parts[2]) != 1 or not isinstance(loop.target, ast.Name):
        return None
    name, step = start.targets[0].id, loop.body[0]
    target = step.target if isinstance(step, ast.AugAssign) else None
    if isinstance(step, ast.Assign) and len(step.targets) == 1:
        target = step.targets[0]
    if (
        not isinstance(target, ast.Name)
        or target.id != name
        or type(constant(start.value)) not in (int, float, str)
    ):
        return None
    return _Fold(start, loop, name, loop.target.id, parts[0], parts[1], step)


def _may_be_carried(context: FunctionContext, outer: ast.For, fold: _Fold) -> bool:
    parts = range_parts(context, outer.iter)
    if parts is None or not isinstance(outer.target, ast.Name):
        return False
    pace, turn = constant(parts[2]), outer.target.id
    if not isinstance(pace, int) or pace < 1 or turn in written_names(outer.body):
        return False
    if not any(
        match_expr(template.format(turn), fold.stop)
        for template in ("{}", "{} + M_c", "{} - M_c", "M_c + {}")
    ):
        return False
    if any(type(constant(node)) is not int for node in _constants(fold.stop, turn)):
        return False
    if len({fold.name, fold.variable, turn}) != 3 or read_outside(context, fold.variable, fold.loop):
        return False
    if fold.name in context.scope.outer_writes or fold.name in context.scope.inner:
        return False
    value = fold.step.value  # type: ignore[attr-defined]
    if not is_pure(context, value) or any(
        isinstance(node, ast.Yield | ast.Await) for node in ast.walk(outer)
    ):
        return False
    asked = all_names([value, fold.first]) - {fold.name, fold.variable}
    return turn not in asked and all(
        context.is_builtin(name) or keeps_contents(context, name, [outer]) for name in asked
    )


def _constants(stop: ast.expr, turn: str) -> list[ast.expr]:
    """The c of i + c."""
    if not isinstance(stop, ast.BinOp):
        return []
    return [side for side in (stop.left, stop.right) if not (isinstance(side, ast.Name) and side.id == turn)]


def _carried(context: FunctionContext, outer: ast.For, fold: _Fold) -> Rewrite | None:
    so_far = context.fresh(f"{fold.name}_so_far", "so_far")
    assert isinstance(outer.target, ast.Name)
    turn, unit = outer.target.id, context.layout.unit
    step = _step(context, fold, so_far, fold.variable)
    at_turn = _step(context, fold, so_far, turn)
    if step is None or at_turn is None:
        return None
    start = context.text(fold.start.value)
    if _takes_one_more(context, outer, fold):
        code = f"{at_turn}\n{fold.name} = {so_far}"
        before = context.layout.insert_before(outer, f"{so_far} = {start}")
    else:
        reached = context.fresh("reached", "done")
        context.need_builtins("max")
        stop = context.text(fold.stop)
        code = f"for {fold.variable} in range({reached}, {stop}):\n{unit}{step}\n"
        code += f"{reached} = max({reached}, {stop})\n{fold.name} = {so_far}"
        first = constant(fold.first)
        first = context.text(fold.first) if first is ... else first
        before = context.layout.insert_before(outer, f"{so_far}, {reached} = {start}, {first}")
    edit = context.layout.replace_statements(fold.start, fold.loop, code)
    if before is None or edit is None:
        return None
    return Rewrite((before, edit), f"carry {fold.name} over from one turn to the next")


def _takes_one_more(context: FunctionContext, outer: ast.For, fold: _Fold) -> bool:
    """Whether each turn adds exactly its own number: both ranges start alike, and no turn leaves the fold out."""
    parts = range_parts(context, outer.iter)
    assert isinstance(outer.target, ast.Name)
    if parts is None or constant(parts[2]) != 1 or not match_expr(f"{outer.target.id} + 1", fold.stop):
        return False
    if (
        type(constant(parts[0])) is not int
        or constant(parts[0]) != constant(fold.first)
        or fold.loop not in outer.body
    ):
        return False
    earlier = outer.body[: outer.body.index(fold.loop)]
    return not any(isinstance(node, ast.Continue) for statement in earlier for node in ast.walk(statement))


def _step(context: FunctionContext, fold: _Fold, so_far: str, number: str) -> str | None:
    """One step of the fold, with the result under its new name and `number` for the variable."""
    value = fold.step.value  # type: ignore[attr-defined]
    parts: dict[ast.AST, str] = dict.fromkeys(loads_of(fold.name, value), so_far)
    parts |= dict.fromkeys(loads_of(fold.variable, value), number)
    text = one_line(render(context, value, parts))
    if text is None:
        return None
    if not isinstance(fold.step, ast.AugAssign):
        return f"{so_far} = {text}"
    sign = next((sign for sign in _SIGNS if match_stmt(f"M_x {sign} M_v", fold.step)), None)
    if sign is None:
        return None
    # Of whole numbers made from the range there is nothing that could be changed in place.
    if all_names([value]) <= {fold.variable}:
        return f"{so_far} {sign} {text}"
    simple = isinstance(value, ast.Name | ast.Constant | ast.Call | ast.Subscript)
    return f"{so_far} = {so_far} {sign[:-1]} {text if simple else f'({text})'}"


_SIGNS = ("+=", "*=", "-=", "^=", "|=", "&=")

STRATEGY = BuiltinStrategy("carry-over", "algorithm_change", _build, __doc__ or "")
