"""Builds a set with a comprehension instead of a loop that only adds.

What it does: a loop whose only work is to add one value per turn, under conditions or not, becomes a set comprehension;
where the set already holds something, `update` takes the comprehension.

Example:
    def initials(names: list[str]) -> set[str]:
        result = set()
        for name in names:
            if name:
                result.add(name[0])
        return result

Result:
    def initials(names: list[str]) -> set[str]:
        result = {name[0] for name in names if name}
        return result

Inputs:
    (["ab", "", "cd"],)
    ([],)

When it is unsafe: when the loop variable is read after the loop, when the values look at the set that is being built,
or when a handler around the loop would look at the half-built set.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.filling import SET, fill_at_once
from velox_engine.strategies.loops import places


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    context.need_builtins("set")
    for place in places(context.node):
        if isinstance(place.statement, ast.For) and not place.statement.orelse:
            edit = fill_at_once(context, place, place.statement, SET)
            if edit:
                yield Rewrite(edit, "build the set with a comprehension")


STRATEGY = BuiltinStrategy("set-comprehension", "comprehension", _build, __doc__ or "", ("VX117",))
