"""Skips even candidates in a search for any divisor.

What it does: a loop over `range(2, …)` that only asks whether something divides n tries 2 and then odd numbers only:
a number with an even divisor is divisible by 2.

Example:
    def is_prime(n: int):
        if n < 2:
            return False
        for k in range(2, int(n**0.5) + 1):
            if n % k == 0:
                return False
        return True

Result:
    from itertools import chain


    def is_prime(n: int):
        if n < 2:
            return False
        limit = int(n**0.5) + 1
        for k in chain(range(2, min(3, limit)), range(3, limit, 2)):
            if n % k == 0:
                return False
        return True

Inputs:
    (97,)
    (91,)
    (2,)
    (4,)
    (9,)

When it is unsafe: when the loop uses the divisor that it finds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.builtin.divisor_bound import only_asks
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import same
from velox_engine.strategies.purity import is_pure


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        parts = range_parts(context, loop.iter)
        if (
            parts is None
            or constant(parts[0]) != 2
            or constant(parts[2]) != 1
            or len(getattr(loop.iter, "args", ())) != 2
        ):
            continue
        found = only_asks(loop)
        if (
            found is None
            or not same(found["M_k"], loop.target)
            or read_outside(context, loop.target.id, loop)
        ):
            continue
        number = found["M_n"]
        if not is_pure(context, number) or all_names([number]) & (
            written_names(loop.body) | {loop.target.id}
        ):
            continue
        # Any integer that an even one divides is even; for floats % is not about divisors.
        if not _is_whole(context, number, parts[1]):
            continue
        context.need_builtins("range", "min")
        chain, imported = import_member(context, "itertools", "chain")
        limit = context.fresh("limit", "stop")
        layout = context.layout
        insertion = layout.insert_before(loop, f"{limit} = {context.text(parts[1])}")
        header = f"{chain}(range(2, min(3, {limit})), range(3, {limit}, 2))"
        if insertion and "\n" not in context.text(parts[1]):
            yield Rewrite(
                (*imported, insertion, layout.replace(loop.iter, header)), "try 2 and odd divisors only"
            )


def _is_whole(context: FunctionContext, number: ast.expr, stop: ast.expr) -> bool:
    if context.inference.of(number).name == "int" or (
        isinstance(number, ast.Call) and getattr(number.func, "id", "") == "len"
    ):
        return True
    # Ex) range(2, n - 1): n is an integer, or range refuses it. int(n ** 0.5) says so for nothing else either.
    return isinstance(number, ast.Name) and number.id in all_names([stop])


STRATEGY = BuiltinStrategy("odd-divisors", "loop_restructuring", _build, __doc__ or "")
