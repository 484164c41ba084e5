"""Starts the inner of two loops behind the outer one's position where only later elements count.

What it does: two loops over all positions or elements whose body only does something for `i < j` visit the pairs in
that order and no others, which are half of them.

Example:
    def clashes(bookings: list[tuple[int, int]]) -> int:
        found = 0
        for i, first in enumerate(bookings):
            for j, second in enumerate(bookings):
                if i < j and first[0] < second[1] and second[0] < first[1]:
                    found += 1
        return found

Result:
    def clashes(bookings: list[tuple[int, int]]) -> int:
        found = 0
        for i, first in enumerate(bookings):
            for j, second in enumerate(bookings[i + 1 :], i + 1):
                if first[0] < second[1] and second[0] < first[1]:
                    found += 1
        return found

Inputs:
    ([(1, 3), (2, 4), (3, 5)],)
    ([],)
    ([(0, 9), (1, 2)],)

When it is unsafe: when the inner loop changes what it goes over, and when the positions are used after it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import Place, places, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_SEQUENCES = frozenset({"list", "tuple", "str", "sequence"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        edits = _edits(context, place)
        if edits:
            yield Rewrite(tuple(edits), "visit only the pairs in order")


def _edits(context: FunctionContext, place: Place) -> list[TextEdit] | None:
    inner, outer = place.statement, place.loops[-1] if place.loops else None
    if (
        not isinstance(inner, ast.For)
        or not isinstance(outer, ast.For)
        or inner.orelse
        or len(inner.body) != 1
    ):
        return None
    branch = inner.body[0]
    first, second = _position(context, outer), _position(context, inner)
    if not isinstance(branch, ast.If) or branch.orelse or first is None or second is None or first == second:
        return None
    # A loop that changes its own or the other's position is another walk.
    if {first, second} & written_names(inner.body) or first in written_names([inner.target]):
        return None
    if any(read_outside(context, name, inner) for name in written_names([inner.target])):
        return None
    tests = (
        branch.test.values
        if isinstance(branch.test, ast.BoolOp) and isinstance(branch.test.op, ast.And)
        else [branch.test]
    )
    later = match_expr(f"{first} < {second}", tests[0]) or match_expr(f"{second} > {first}", tests[0])
    header = _behind(context, inner, first) if later else None
    if header is None:
        return None
    layout = context.layout
    edits = [layout.replace(inner.iter, header)]
    if len(tests) > 1:
        edits.append(layout.between(layout.start(tests[0]), layout.start(tests[1]), ""))
    return edits


def _position(context: FunctionContext, loop: ast.For) -> str | None:
    """The name that counts a loop's turns from 0."""
    if (
        match_expr("range(M_n)", loop.iter)
        and isinstance(loop.target, ast.Name)
        and context.is_builtin("range")
    ):
        return loop.target.id
    if match_expr("enumerate(M_xs)", loop.iter) and context.is_builtin("enumerate"):
        target = loop.target
        if isinstance(target, ast.Tuple) and len(target.elts) == 2 and isinstance(target.elts[0], ast.Name):
            return target.elts[0].id
    return None


def _behind(context: FunctionContext, inner: ast.For, first: str) -> str | None:
    """The inner loop's header for the elements after position `first`."""
    ranged = match_expr("range(M_n)", inner.iter)
    if ranged:
        return f"range({first} + 1, {context.text(ranged['M_n'])})"
    listed = match_expr("enumerate(M_xs)", inner.iter)
    if not listed or not isinstance(listed["M_xs"], ast.Name):
        return None
    name = listed["M_xs"]
    if context.inference.of(name).name not in _SEQUENCES or not keeps_contents(context, name, [inner]):
        return None
    return f"enumerate({name.id}[{first} + 1 :], {first} + 1)"


STRATEGY = BuiltinStrategy("half-the-pairs", "loop_restructuring", _build, __doc__ or "")
