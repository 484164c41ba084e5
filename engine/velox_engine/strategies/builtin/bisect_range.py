"""Finds where a comparison turns by bisection instead of trying one number after the other.

What it does: a loop over a range that only waits for a comparison of whole numbers starts where a binary search ends,
and `while …: n += 1` where a search with doubled steps does. The comparison is of sums, products and powers that only
grow, or only shrink, with the number, so that it turns once. The loop stays, for the last step and for what is no int.

Example:
    def first_square_above(limit: int):
        for n in range(10**6):
            if n * n > limit:
                return n
        return None

Result:
    def first_square_above(limit: int):
        numbers = range(10**6)
        low, high = 0, numbers.stop - numbers.start - 1
        while low < high:
            middle = (low + high) // 2
            if numbers[middle] * numbers[middle] > limit:
                high = middle
            else:
                low = middle + 1
        for n in numbers[low:]:
            if n * n > limit:
                return n
        return None

Inputs:
    (10,)
    (0,)
    (-3,)
    (10**12 - 1,)
    (10**13,)

When it is unsafe: when the comparison could turn more than once, such as with a product of values of either sign.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters, stores_of
from velox_engine.strategies.guards import integers_in
from velox_engine.strategies.loops import Place, constant, places, range_parts
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import one_line, render
from velox_engine.strategies.turning import Course, is_never_negative

_FEW = 200
"""Ranges shorter than this are gone through as fast as they are halved."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        rewrite = None
        if isinstance(place.statement, ast.For):
            rewrite = _over_range(context, place.statement)
        elif isinstance(place.statement, ast.While):
            rewrite = _counting_up(context, place, place.statement)
        if rewrite:
            yield rewrite


def _over_range(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    """for n in range(…): if …: break"""
    parts = range_parts(context, loop.iter)
    if parts is None or not isinstance(loop.target, ast.Name) or len(loop.body) != 1:
        return None
    branch = loop.body[0]
    if not isinstance(branch, ast.If) or branch.orelse:
        return None
    if not isinstance(branch.body[-1], ast.Break | ast.Return | ast.Raise):
        return None
    start, stop, step = (constant(part) for part in parts)
    if step not in (1, -1) or (type(start) is int and type(stop) is int and abs(stop - start) < _FEW):
        return None
    variable = loop.target.id
    lowest = start if step == 1 else _one_more(stop)
    course = Course(variable, never_negative=type(lowest) is int and lowest >= 0)
    turns = course.starts_to_hold(branch.test, ascending=step == 1)
    if turns is None:
        return None
    tests = _integers(context, branch.test, variable)
    names = [context.fresh(*wishes) for wishes in (("numbers", "tried"), ("low", "first"), ("high", "last"))]
    numbers, low, high = names
    middle = context.fresh("middle", "half")
    asked = _with(context, branch.test, variable, f"{numbers}[{middle}]")
    first = _with(context, branch.test, variable, f"{numbers}[0]")
    if tests is None or asked is None or first is None:
        return None
    if turns == "maybe":
        # What holds at the start and not later ends the loop at the start.
        tests = [*tests, f"{numbers} and not ({first})"]
    unit = context.layout.unit
    last = f"{numbers}.stop - {numbers}.start" if step == 1 else f"{numbers}.start - {numbers}.stop"
    search = (
        f"while {low} < {high}:\n{unit}{middle} = ({low} + {high}) // 2\n{unit}if {asked}:\n"
        f"{unit}{unit}{high} = {middle}\n{unit}else:\n{unit}{unit}{low} = {middle} + 1"
    )
    code = f"{numbers} = {context.text(loop.iter)}\n{low}, {high} = 0, {last} - 1\n"
    code += f"if {' and '.join(tests)}:\n{indent_lines(search, unit)}" if tests else search
    before = context.layout.insert_before(loop, code)
    edit = context.layout.replace(loop.iter, f"{numbers}[{low}:]")
    note = f"find by bisection where the condition for {variable} starts to hold"
    return Rewrite((before, edit), note, reusable=frozenset({*names, middle})) if before else None


def _one_more(stop: object) -> int | None:
    return stop + 1 if type(stop) is int else None


def _counting_up(context: FunctionContext, place: Place, loop: ast.While) -> Rewrite | None:
    """while …: n += 1"""
    counted = match_stmt("while M_test:\n M_n += 1", loop) or match_stmt(
        "while M_test:\n M_n = M_n + 1", loop
    )
    if not counted or loop.orelse or not isinstance(counted["M_n"], ast.Name):
        return None
    variable = counted["M_n"].id
    course = Course(variable, never_negative=_starts_at_zero(context, variable))
    if course.starts_to_hold(loop.test, ascending=False) is None:
        return None
    step = context.fresh("step", "stride")
    tests = _integers(context, loop.test, "")
    ahead = _with(context, loop.test, variable, f"({variable} + {step})")
    if tests is None or ahead is None or _stands_searched(place, variable):
        return None
    unit = context.layout.unit
    now = context.text(loop.test)
    code = (
        f"if {' and '.join([*tests, now])}:\n{unit}{step} = 1\n{unit}while {ahead}:\n{unit}{unit}{step} *= 2\n"
        f"{unit}while {step} > 1:\n{unit}{unit}{step} //= 2\n{unit}{unit}if {ahead}:\n"
        f"{unit}{unit}{unit}{variable} += {step}"
    )
    edit = context.layout.insert_before(loop, code)
    note = f"find in doubled steps where the condition for {variable} ends"
    return Rewrite((edit,), note, reusable=frozenset({step})) if edit else None


def _starts_at_zero(context: FunctionContext, name: str) -> bool:
    """Whether the name only holds whole numbers from 0 on: constants, and what it held plus a constant."""
    if name in parameters(context.node) or name in context.scope.outer_writes:
        return False
    stores = stores_of(name, context.own)
    parents = [context.parents[node] for node in stores]
    return bool(stores) and all(
        (
            isinstance(parent, ast.Assign)
            and len(parent.targets) == 1
            and (is_never_negative(parent.value) or bool(match_stmt(f"{name} = {name} + 1", parent)))
        )
        or (
            isinstance(parent, ast.AugAssign)
            and isinstance(parent.op, ast.Add)
            and is_never_negative(parent.value)
        )
        for parent in parents
    )


def _stands_searched(place: Place, variable: str) -> bool:
    """Whether the search already stands before the loop."""
    previous = place.previous
    return isinstance(previous, ast.If) and any(
        isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == variable
        for node in ast.walk(previous)
    )


def _integers(context: FunctionContext, test: ast.expr, variable: str) -> Sequence[str] | None:
    """The tests that all names but the variable hold ints."""
    names = {node.id: node for node in ast.walk(test) if isinstance(node, ast.Name) and node.id != variable}
    return integers_in(context, names.values())


def _with(context: FunctionContext, test: ast.expr, variable: str, text: str) -> str | None:
    return one_line(render(context, test, dict.fromkeys(loads_of(variable, test), text)))


STRATEGY = BuiltinStrategy("bisect-range", "algorithm_change", _build, __doc__ or "")
