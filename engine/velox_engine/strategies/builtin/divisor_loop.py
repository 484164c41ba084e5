"""Visits only the divisors of a number instead of trying every candidate.

What it does: a loop over a range up to n (or n itself) that does something only for divisors of n goes through the
divisors in the same order; they are found in pairs up to the square root. A search for the largest proper divisor
from above finds the smallest one from below.

Example:
    def divisors(n: int):
        found = []
        for k in range(1, n + 1):
            if n % k == 0:
                found.append(k)
        return found

Result:
    import math


    def divisors(n: int):
        found = []
        small_divisors = [d for d in range(1, math.isqrt(max(n, 0)) + 1) if n % d == 0]
        large_divisors = [n // d for d in reversed(small_divisors) if d * d != n]
        for k in small_divisors + large_divisors:
            found.append(k)
        return found

Inputs:
    (12,)
    (16,)
    (1,)
    (0,)
    (-6,)

When it is unsafe: when n changes in the loop, or the loop does something for other numbers as well. `range` accepts
integers only, so all is exact.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import Place, constant, places, range_parts, read_outside, stands_guarded
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.positions import indent_lines
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
            continue
        found = _all_divisors(context, loop, loop.target.id)
        if found:
            yield Rewrite(tuple(found), "visit the divisors only, found up to the square root")
        found = _largest(context, place, loop, loop.target.id)
        if found:
            yield Rewrite(tuple(found), "find the smallest divisor to get the largest")


def _all_divisors(context: FunctionContext, loop: ast.For, variable: str) -> list[TextEdit] | None:
    parts = range_parts(context, loop.iter)
    if parts is None or constant(parts[2]) != 1 or len(loop.body) != 1:
        return None
    start = constant(parts[0])
    # Starting at 0 would divide by zero, which the new code must not hide.
    if not isinstance(start, int) or isinstance(start, bool) or start < 1:
        return None
    branch = loop.body[0]
    if not isinstance(branch, ast.If) or branch.orelse or read_outside(context, variable, loop):
        return None
    stop = parts[1]
    whole = match_expr("M_n + 1", stop)
    number = whole["M_n"] if whole else stop
    if not isinstance(number, ast.Name) or number.id in written_names([loop]) or number.id == variable:
        return None
    tests = (
        branch.test.values
        if isinstance(branch.test, ast.BoolOp) and isinstance(branch.test.op, ast.And)
        else [branch.test]
    )
    forms = (
        f"{number.id} % {variable} == 0",
        f"not {number.id} % {variable}",
        f"0 == {number.id} % {variable}",
    )
    if not any(match_expr(form, tests[0]) is not None for form in forms):
        return None
    context.need_builtins("range", "max", "reversed")
    layout, unit, name = context.layout, context.layout.unit, number.id
    body = layout.block_text(branch.body)
    if body is None or "d" in {variable, name}:
        return None
    rest = " and ".join(context.text(test) for test in tests[1:])
    small, large = context.fresh("small_divisors"), context.fresh("large_divisors")
    module, imported = import_module(context, "math")
    divisors = f"{small} + {large}"
    conditions = []
    if start > 1:
        conditions.append(f"{variable} >= {start}")
    if not whole:
        conditions.append(f"{variable} < {name}")
    conditions += [rest] if rest else []
    inner = body
    if conditions:
        inner = f"if {' and '.join(conditions)}:\n{indent_lines(body, unit)}"
    code = (
        f"{small} = [d for d in range(1, {module}.isqrt(max({name}, 0)) + 1) if {name} % d == 0]\n"
        f"{large} = [{name} // d for d in reversed({small}) if d * d != {name}]\n"
        f"for {variable} in {divisors}:\n{indent_lines(inner, unit)}"
    )
    edit = layout.replace_statements(loop, loop, code)
    return [edit, *imported] if edit else None


def _largest(context: FunctionContext, place: Place, loop: ast.For, variable: str) -> list[TextEdit] | None:
    """for i in reversed(range(n)): if n % i == 0: return i"""
    headers = (
        "reversed(range(M_n))",
        "reversed(range(1, M_n))",
        "range(M_n - 1, 0, -1)",
        "range(M_n - 1, -1, -1)",
        "range(M_n // 2, 0, -1)",
    )
    found = next((match for match in (match_expr(header, loop.iter) for header in headers) if match), None)
    if not found or not isinstance(found["M_n"], ast.Name) or len(loop.body) != 1:
        return None
    name = found["M_n"].id
    search = match_stmt(f"if {name} % {variable} == 0:\n return {variable}", loop.body[0]) or match_stmt(
        f"if not {name} % {variable}:\n return {variable}", loop.body[0]
    )
    if search is None or place.loops or stands_guarded(place, name):
        return None
    context.need_builtins("range", "reversed", "isinstance", "int")
    module, imported = import_module(context, "math")
    unit = context.layout.unit
    divisor = context.fresh("divisor", "factor")
    code = (
        f"if isinstance({name}, int) and {name} > 1:\n"
        f"{unit}for {divisor} in range(2, {module}.isqrt({name}) + 1):\n"
        f"{unit}{unit}if {name} % {divisor} == 0:\n{unit}{unit}{unit}return {name} // {divisor}\n{unit}return 1"
    )
    edit = context.layout.insert_before(loop, code)
    return [*imported, edit] if edit else None


STRATEGY = BuiltinStrategy("divisor-loop", "algorithm_change", _build, __doc__ or "")
