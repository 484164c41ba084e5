"""Builds a list with a comprehension instead of a loop that only appends.

What it does: a loop whose only work is to append one value per turn, under conditions or not, becomes a list
comprehension; where the list already holds something, `extend` takes the comprehension.

Example:
    def squares_of_even(numbers):
        result = []
        for number in numbers:
            if number % 2 == 0:
                result.append(number * number)
        return result

Result:
    def squares_of_even(numbers):
        result = [number * number for number in numbers if number % 2 == 0]
        return result

Inputs:
    ([1, 2, 3, 4],)
    ([],)

When it is unsafe: when the loop variable is read after the loop, when the values look at the list that is being
built, or when a handler around the loop would look at the half-built list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.filling import LIST, fill_at_once
from velox_engine.strategies.loops import places


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For) and not place.statement.orelse:
            edit = fill_at_once(context, place, place.statement, LIST)
            if edit:
                yield Rewrite(edit, "build the list with a comprehension")


STRATEGY = BuiltinStrategy("list-comprehension", "comprehension", _build, __doc__ or "", ("VX118", "VX301"))
