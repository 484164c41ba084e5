"""Puts something between or before all elements by slices instead of two appends for each.

What it does: a loop that appends each element of a sequence and something that stays the same, in turn, becomes a list
of the latter, into every second place of which the elements are put at once.

Example:
    def with_gaps(numbers: list[int], gap: int) -> list[int]:
        result = []
        for number in numbers:
            result.append(number)
            result.append(gap)
        return result

Result:
    def with_gaps(numbers: list[int], gap: int) -> list[int]:
        result = [gap] * (2 * len(numbers))
        result[::2] = numbers
        return result

Inputs:
    ([1, 2, 3], 0)
    ([], 7)

When it is unsafe: when the sequence has no length, or what stands between is made anew each time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import Place, places, read_outside
from velox_engine.strategies.patterns import match_stmt
from velox_engine.types import TextEdit

_SEQUENCES = frozenset({"list", "tuple", "str"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        edit = _edit(context, place)
        if edit:
            yield Rewrite((edit,), "put the elements into every second place at once")


def _edit(context: FunctionContext, place: Place) -> TextEdit | None:
    loop, previous = place.statement, place.previous
    if not isinstance(loop, ast.For) or loop.orelse or len(loop.body) != 2 or previous is None:
        return None
    start = match_stmt("M_out = []", previous)
    if not start or not isinstance(start["M_out"], ast.Name) or not isinstance(loop.target, ast.Name):
        return None
    name, item = start["M_out"].id, loop.target.id
    added = [match_stmt(f"{name}.append(M_e)", statement) for statement in loop.body]
    if added[0] is None or added[1] is None:
        return None
    values = [added[0]["M_e"], added[1]["M_e"]]
    own = [isinstance(value, ast.Name) and value.id == item for value in values]
    if sorted(own) != [False, True] or read_outside(context, item, loop):
        return None
    other = values[own.index(False)]
    if not isinstance(other, ast.Name | ast.Constant) or name in all_names([other, loop.iter]):
        return None
    if context.inference.of(loop.iter).name not in _SEQUENCES or name in context.scope.inner:
        return None
    context.need_builtins("len")
    items, before = context.text(loop.iter), ""
    if not isinstance(loop.iter, ast.Name):
        held = context.fresh("items", "elements")
        before, items = f"{held} = {items}\n", held
    first = "::2" if own[0] else "1::2"
    code = f"{before}{name} = [{context.text(other)}] * (2 * len({items}))\n{name}[{first}] = {items}"
    return context.layout.replace_statements(previous, loop, code) if "\n" not in items else None


STRATEGY = BuiltinStrategy("interleave", "builtin_substitution", _build, __doc__ or "")
