"""Ends a search for any divisor at the square root.

What it does: a loop over `range(2, n)` that only asks whether something divides n stops at the integer square root:
a number with a divisor has one that is no larger.

Example:
    def is_prime(n):
        if n < 2:
            return False
        for k in range(2, n):
            if n % k == 0:
                return False
        return True

Result:
    import math


    def is_prime(n):
        if n < 2:
            return False
        for k in range(2, min(n, math.isqrt(abs(n)) + 1)):
            if n % k == 0:
                return False
        return True

Inputs:
    (97,)
    (91,)
    (4,)
    (-3,)
    (0,)

When it is unsafe: when the loop uses the divisor that it finds, or counts divisors. `range` accepts integers only, so
the root is exact.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.imports import import_module
from velox_engine.strategies.loops import constant, length_of, places, range_parts, read_outside
from velox_engine.strategies.patterns import Match, match_expr, same
from velox_engine.strategies.purity import is_pure

_TESTS = ("M_n % M_k == 0", "not M_n % M_k", "0 == M_n % M_k")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
            stop = _limit(context, loop, loop.target)
            if stop is None:
                continue
            module, imported = import_module(context, "math")
            old, number = stop
            context.need_builtins("min", "abs")
            bound = f"min({context.text(old)}, {module}.isqrt(abs({context.text(number)})) + 1)"
            yield Rewrite(
                (context.layout.replace(old, bound), *imported), "search for a divisor up to the square root"
            )


def _limit(context: FunctionContext, loop: ast.For, target: ast.Name) -> tuple[ast.expr, ast.expr] | None:
    """The stop of the range and the number whose divisors are searched for."""
    parts = range_parts(context, loop.iter)
    if parts is None or constant(parts[0]) != 2 or constant(parts[2]) != 1:
        return None
    found = only_asks(loop)
    if found is None or not same(found["M_k"], target):
        return None
    number, stop = found["M_n"], parts[1]
    if not is_pure(context, number) or all_names([number]) & (written_names(loop.body) | {target.id}):
        return None
    if not isinstance(number, ast.Name) and length_of(context, number) is None:
        return None
    if read_outside(context, target.id, loop):
        return None
    # Up to n, n - 1 or n // 2 all divisors that a composite n must have are tried; n + 1 would reach n itself.
    exact = [
        template.format(n=ast.unparse(number)) for template in ("{n}", "{n} - 1", "{n} // 2", "{n} // 2 + 1")
    ]
    return (stop, number) if any(match_expr(template, stop) is not None for template in exact) else None


def only_asks(loop: ast.For) -> Match | None:
    """The match of the divisor test, when all that follows from it is the same for every divisor."""
    if len(loop.body) != 1 or not isinstance(loop.body[0], ast.If) or loop.body[0].orelse:
        return None
    test = loop.body[0].test
    found = next((match for match in (match_expr(template, test) for template in _TESTS) if match), None)
    if found is None:
        return None
    for statement in loop.body[0].body:
        if isinstance(statement, ast.Return | ast.Break):
            if isinstance(statement, ast.Return) and statement.value is not None:
                return (
                    found if all_names([statement.value]).isdisjoint(written_names([loop.target])) else None
                )
            return found
        # Ex) prime = False: however often it is repeated, the outcome is one.
        if not (isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant)):
            return None
        if not all(isinstance(name, ast.Name) for name in statement.targets):
            return None
    return found


STRATEGY = BuiltinStrategy("divisor-bound", "algorithm_change", _build, __doc__ or "", ("VX602",))
