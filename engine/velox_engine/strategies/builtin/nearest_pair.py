"""Looks for two close numbers among neighbours in sorted order instead of among all pairs.

What it does: nested loops that return as soon as two different elements differ by less than a threshold sort the
numbers first: the closest two are then neighbours. Anything but a list of finite floats or of ints takes the loops.

Example:
    def any_close(numbers, threshold):
        for i, first in enumerate(numbers):
            for j, second in enumerate(numbers):
                if i != j:
                    distance = abs(first - second)
                    if distance < threshold:
                        return True
        return False

Result:
    def any_close(numbers, threshold):
        if isinstance(numbers, list) and set(map(type, numbers)) in ({int}, {float}) and 0 * sum(numbers) == 0:
            ordered = sorted(numbers)
            return any(after - before < threshold for before, after in zip(ordered, ordered[1:]))
        for i, first in enumerate(numbers):
            for j, second in enumerate(numbers):
                if i != j:
                    distance = abs(first - second)
                    if distance < threshold:
                        return True
        return False

Inputs:
    ([1.0, 2.0, 3.9], 0.5)
    ([1.0, 2.8, 3.0], 0.3)
    ([1, 5], 2)
    ([], 1.0)
    ([float("inf"), 1.0], 2)
    ([10**400, 10**400 + 1], 2)

When it is unsafe: never: subtraction rounds monotonically, and NaN and infinities take the loops.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import places, stands_guarded
from velox_engine.strategies.patterns import match_stmts

_CLOSE = (
    "M_d = abs(M_a - M_b)\n    if M_d < M_t:\n     return True",
    "M_d = abs(M_b - M_a)\n    if M_d < M_t:\n     return True",
    "if abs(M_a - M_b) < M_t:\n     return True",
    "if abs(M_b - M_a) < M_t:\n     return True",
)


def _templates() -> list[str]:
    found = []
    for close in _CLOSE:
        found.append(
            "for M_i, M_a in enumerate(M_x):\n  for M_j, M_b in enumerate(M_x):\n   if M_i != M_j:\n"
            f"    {close}\nreturn False"
        )
        shallow = close.replace("\n    ", "\n   ")
        found.append(
            f"for M_i, M_a in enumerate(M_x):\n  for M_b in M_x[M_i + 1:]:\n   {shallow}\nreturn False"
        )
        indexed = shallow.replace("M_a", "M_x[M_i]").replace("M_b", "M_x[M_j]")
        found.append(
            f"for M_i in range(len(M_x)):\n  for M_j in range(M_i + 1, len(M_x)):\n   {indexed}\nreturn False"
        )
    return found


_TEMPLATES = tuple(_templates())


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if place.loops or not isinstance(place.statement, ast.For):
            continue
        rest = place.block[place.index :]
        found = next((match for match in (match_stmts(one, rest) for one in _TEMPLATES) if match), None)
        if (
            not found
            or not isinstance(found["M_x"], ast.Name)
            or not isinstance(found["M_t"], ast.Name | ast.Constant)
        ):
            continue
        if stands_guarded(place, found["M_x"].id):
            continue
        context.need_builtins(
            "isinstance", "list", "set", "map", "type", "int", "float", "sum", "any", "sorted", "abs", "zip"
        )
        name, unit = found["M_x"].id, context.layout.unit
        before, after = context.fresh("before", "lower"), context.fresh("after", "upper")
        # Of a sum that is no finite number the product is NaN; that of ints may be past any float.
        guard = (
            f"if isinstance({name}, list) and set(map(type, {name})) in ({{int}}, {{float}}) "
            f"and 0 * sum({name}) == 0:"
        )
        ordered, threshold = context.fresh("ordered", "in_order"), context.text(found["M_t"])
        result = (
            f"any({after} - {before} < {threshold} for {before}, {after} in zip({ordered}, {ordered}[1:]))"
        )
        edit = context.layout.insert_before(
            place.statement, f"{guard}\n{unit}{ordered} = sorted({name})\n{unit}return {result}"
        )
        if edit:
            yield Rewrite((edit,), "compare neighbours in sorted order")


STRATEGY = BuiltinStrategy("nearest-pair", "algorithm_change", _build, __doc__ or "")
