"""Finds the first pair of positions with a given sum through a dict of later positions.

What it does: nested loops over i < j that return `(i, j)`, or a list of both, for the first pair with a given sum look
up, from the last element to the first, where the complement comes next. The pair found is the same: the smallest i,
and for it the smallest j. Lists of anything but int still take the loops, unless the hints promise ints.

Example:
    def two_sum(numbers: list[int], target: int):
        for i in range(len(numbers)):
            for j in range(i + 1, len(numbers)):
                if numbers[i] + numbers[j] == target:
                    return [i, j]
        return []

Result:
    def two_sum(numbers: list[int], target: int):
        found = None
        later = {}
        for i in range(len(numbers) - 1, -1, -1):
            if target - numbers[i] in later:
                found = [i, later[target - numbers[i]]]
            later[numbers[i]] = i
        if found is not None:
            return found
        return []

Inputs:
    ([2, 7, 11, 15], 9)
    ([3, 3, 3], 6)
    ([1, 2, 4, 5], 6)
    ([], 1)

When it is unsafe: floats, whose sums depend on rounding. A pair near the start is found sooner by the loops, which
measurements on many inputs weigh.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.guards import either, integer, list_of_integers
from velox_engine.strategies.loops import is_fallback, places
from velox_engine.strategies.pairs import PairLoop, is_fixed, pair_loop
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.rendering import render


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        pairs = pair_loop(context, place.statement)
        if (
            pairs is None
            or pairs.order == "all"
            or place.loops
            or is_fallback(context, pairs.outer, pairs.sequence)
        ):
            continue
        rewrite = _searched(context, pairs)
        if rewrite:
            yield rewrite


def _searched(context: FunctionContext, pairs: PairLoop) -> Rewrite | None:
    if len(pairs.body) != 1 or not pairs.first[0] or not pairs.second[0]:
        return None
    i, j = pairs.first[0], pairs.second[0]
    found = next(
        (
            match
            for match in (
                match_stmt(f"if M_a + M_b == M_t:\n return {result}", pairs.body[0])
                for result in (f"[{i}, {j}]", f"({i}, {j})")
            )
            if match
        ),
        None,
    )
    if not found or sorted((pairs.side(found["M_a"]), pairs.side(found["M_b"]))) != [1, 2]:
        return None
    target = found["M_t"]
    if not is_fixed(pairs, target):
        return None
    tests = [*list_of_integers(context, pairs.sequence), *pairs.tests, *integer(context, target)]
    branch = pairs.body[0]
    assert isinstance(branch, ast.If)
    value = branch.body[0].value if isinstance(branch.body[0], ast.Return) else None
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    context.need_builtins("range", "len")
    unit, xs = context.layout.unit, pairs.sequence
    later, result = context.fresh("later", "positions"), context.fresh("found", "pair")
    wanted = f"{context.operand(target)} - {xs}[{i}]"
    pair = render(context, value, {value.elts[1]: f"{later}[{wanted}]"})
    fast = (
        f"{result} = None\n{later} = {{}}\nfor {i} in range(len({xs}) - 1, -1, -1):\n"
        f"{unit}if {wanted} in {later}:\n{unit}{unit}{result} = {pair}\n{unit}{later}[{xs}[{i}]] = {i}\n"
        f"if {result} is not None:\n{unit}return {result}"
    )
    slow = context.layout.block_text([pairs.outer])
    edit = either(context, pairs.outer, pairs.outer, tests, fast, slow)
    return Rewrite((edit,), "look up where the complement comes next") if edit else None


STRATEGY = BuiltinStrategy("complement-search", "algorithm_change", _build, __doc__ or "")
