"""Jumps to the next common multiple instead of trying every number up to it.

What it does: a `while` loop that adds 1 until the number is divisible by one or two others starts at the next number
that is. The loop stays as it is and ends at once; other types than positive ints still count up.

Example:
    def common_multiple(x: int, y: int):
        multiple = max(x, y)
        while True:
            if multiple % x == 0 and multiple % y == 0:
                return multiple
            multiple += 1

Result:
    import math


    def common_multiple(x: int, y: int):
        multiple = max(x, y)
        if x > 0 and y > 0:
            multiple += -multiple % (x * y // math.gcd(x, y))
        while True:
            if multiple % x == 0 and multiple % y == 0:
                return multiple
            multiple += 1

Inputs:
    (4, 6)
    (5, 5)
    (1, 9)

When it is unsafe: when the loop does something else for the numbers on the way, or for anything but ints.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.guards import integer
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.patterns import match_expr, match_stmt, same

_STEPS = ("M_z += 1", "M_z = M_z + 1")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.While) or loop.orelse:
            continue
        found = _search(loop)
        if found is None:
            continue
        number, divisors = found
        if number.id in {part.id for one in divisors for part in ast.walk(one) if isinstance(part, ast.Name)}:
            continue
        if any(not isinstance(one, ast.Name) and not _positive(one) for one in divisors):
            continue
        names = [one for one in divisors if isinstance(one, ast.Name)]
        if any(name.id in written_names([loop]) for name in names) or _done_before(
            context, place.previous, number.id
        ):
            continue
        tests = [*integer(context, number)]
        for name in names:
            tests += integer(context, name)
        tests = [*dict.fromkeys(tests), *(f"{name.id} > 0" for name in names)]
        imported = []
        step = context.operand(divisors[0])
        if len(divisors) == 2:
            module, imported = import_module(context, "math")
            first, second = (context.operand(one) for one in divisors)
            step = f"({first} * {second} // {module}.gcd({first}, {second}))"
        line = f"{number.id} += -{number.id} % {step}"
        if tests:
            line = f"if {' and '.join(tests)}:\n{context.layout.unit}{line}"
        edit = context.layout.insert_before(loop, line)
        if edit:
            yield Rewrite((*imported, edit), "start at the next multiple")


def _positive(node: ast.expr) -> bool:
    value = constant(node)
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _search(loop: ast.While) -> tuple[ast.Name, list[ast.expr]] | None:
    """The number that grows and what must divide it when the loop ends."""
    if constant(loop.test) in (True, 1):
        return _endless(loop)
    if len(loop.body) != 1:
        return None
    for step in _STEPS:
        grown = match_stmt(step, loop.body[0])
        if not grown or not isinstance(grown["M_z"], ast.Name):
            continue
        number = grown["M_z"]
        tests = (
            loop.test.values
            if isinstance(loop.test, ast.BoolOp) and isinstance(loop.test.op, ast.Or)
            else [loop.test]
        )
        divisors = []
        for test in tests:
            found = match_expr("M_z % M_d != 0", test) or match_expr("M_z % M_d", test)
            if not found or not same(found["M_z"], number):
                return None
            divisors.append(found["M_d"])
        return (number, divisors) if len(divisors) <= 2 else None
    return None


def _endless(loop: ast.While) -> tuple[ast.Name, list[ast.expr]] | None:
    """while True: if z % x == 0 and z % y == 0: … leave; z += 1"""
    if len(loop.body) != 2 or not isinstance(loop.body[0], ast.If) or loop.body[0].orelse:
        return None
    branch = loop.body[0]
    if not isinstance(branch.body[-1], ast.Break | ast.Return):
        return None
    for step in _STEPS:
        grown = match_stmt(step, loop.body[1])
        if not grown or not isinstance(grown["M_z"], ast.Name):
            continue
        number = grown["M_z"]
        one = match_expr("M_z % M_x == 0", branch.test)
        two = match_expr("M_z % M_x == 0 and M_z % M_y == 0", branch.test)
        found = two or one
        if not found or not same(found["M_z"], number):
            return None
        return number, [found["M_x"], found["M_y"]] if two else [found["M_x"]]
    return None


def _done_before(context: FunctionContext, previous: ast.stmt | None, number: str) -> bool:
    """Whether the statement before already jumps."""
    if isinstance(previous, ast.If) and previous.body:
        previous = previous.body[0]
    found = match_stmt("M_z += -M_z % M_d", previous)
    return bool(found) and isinstance(found["M_z"], ast.Name) and found["M_z"].id == number  # type: ignore[index]


STRATEGY = BuiltinStrategy("next-multiple", "algorithm_change", _build, __doc__ or "")
