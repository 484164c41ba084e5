"""Starts a search through a sorted list where bisection says that it ends.

What it does: inside another loop, a loop over a list that was sorted before, which leaves at the first element past a
bound, begins at the place that `bisect` finds. The loop stays: what it does there, and where there is no such element,
is left as it is. Lists of unknown elements are asked for their types, floats for NaN, once before the loops.

Example:
    def next_stops(stops: list[int], times: list[int]) -> list[int]:
        stops = sorted(stops)
        found = []
        for time in times:
            for stop in stops:
                if stop >= time:
                    found.append(stop)
                    break
        return found

Result:
    from bisect import bisect_left


    def next_stops(stops: list[int], times: list[int]) -> list[int]:
        stops = sorted(stops)
        found = []
        for time in times:
            for place in range(bisect_left(stops, time), len(stops)):
                stop = stops[place]
                if stop >= time:
                    found.append(stop)
                    break
        return found

Inputs:
    ([5, 1, 9, 5], [0, 5, 6, 10])
    ([], [1])
    ([3], [])

When it is unsafe: when the list may change after it was sorted, was sorted by a key or downwards, or holds NaN; when
the element or place is read after the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, stores_of, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.guards import either, has_fast_way
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, constant, length_of, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.rendering import block_with_parts, one_line
from velox_engine.strategies.shape import element_of

_PAST = {ast.GtE: "bisect_left", ast.Gt: "bisect_right"}
_TURNED = {ast.LtE: "bisect_left", ast.Lt: "bisect_right"}


@dataclass(frozen=True, slots=True)
class _Walk:
    """A loop over a list: the list, and what holds the place and the element in its body."""

    values: str
    place: str | None
    element: str | None


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For) and place.loops and not has_fast_way(context, loop, "set(map(type"):
            rewrite = _rewrite(context, place, loop)
            if rewrite:
                yield rewrite


def _rewrite(context: FunctionContext, place: Place, loop: ast.For) -> Rewrite | None:
    walk, first = _walked(context, loop), loop.body[0]
    if walk is None or not isinstance(first, ast.If) or len(loop.body) > 1 or first.orelse:
        return None
    if not isinstance(first.body[-1], ast.Break | ast.Return):
        return None
    own = {name for name in (walk.place, walk.element) if name}
    if any(read_outside(context, name, loop) for name in own):
        return None
    past = _past(walk, first.test)
    if past is None or all_names([past[1]]) & (own | written_names([loop])) or not is_pure(context, past[1]):
        return None
    if not all_names([past[1]]) & written_names(place.loops):
        return None  # the same search in every turn is for another strategy
    nest = _sorted_before(context, place, walk.values)
    wanted = one_line(context.text(past[1]))
    if nest is None or wanted is None:
        return None
    tests = _tests(context, walk.values)
    if tests is None:
        return None
    context.need_builtins("range", "len")
    name, imports = import_member(context, "bisect", past[0])
    position = walk.place or context.fresh("place", "position")
    head = f"{position} in range({name}({walk.values}, {wanted}), len({walk.values}))"
    layout = context.layout
    edits = {loop: (layout.start(loop.target), layout.end(loop.iter), head)}
    indent = layout.indent(first)
    taken = f"{walk.element} = {walk.values}[{position}]\n{indent}" if walk.element else ""
    if not tests:
        changed = [layout.between(*edits[loop])]
        if taken:
            changed.append(layout.between(layout.start(first), layout.start(first), taken))
        return Rewrite((*imports, *changed), f"bisect {walk.values} instead of walking through it")
    slow = layout.block_text([nest])
    old_head = ast.Tuple([loop.target, loop.iter], ast.Load())
    old_head.lineno, old_head.col_offset = loop.target.lineno, loop.target.col_offset
    old_head.end_lineno, old_head.end_col_offset = loop.iter.end_lineno, loop.iter.end_col_offset
    parts: dict[ast.AST, str] = {old_head: head}
    if taken:
        parts[first] = taken + layout.text(first)
    fast = block_with_parts(context, [nest], parts)
    if fast is None or slow is None:
        return None
    edit = either(context, nest, nest, tests, fast.rstrip(), slow)
    return Rewrite((*imports, edit), f"bisect {walk.values} instead of walking through it") if edit else None


def _walked(context: FunctionContext, loop: ast.For) -> _Walk | None:
    """`for x in xs`, `for i, x in enumerate(xs)`, `for i in range(len(xs))`."""
    target = loop.target
    if isinstance(loop.iter, ast.Name) and isinstance(target, ast.Name):
        return _Walk(loop.iter.id, None, target.id)
    counted = match_expr("enumerate(M_xs)", loop.iter)
    if counted and isinstance(counted["M_xs"], ast.Name) and context.is_builtin("enumerate"):
        if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            index, element = target.elts
            if isinstance(index, ast.Name) and isinstance(element, ast.Name):
                return _Walk(counted["M_xs"].id, index.id, element.id)
        return None
    parts = range_parts(context, loop.iter)
    if (
        parts is None
        or constant(parts[0]) != 0
        or constant(parts[2]) != 1
        or not isinstance(target, ast.Name)
    ):
        return None
    held = length_of(context, parts[1])
    return _Walk(held.id, target.id, None) if isinstance(held, ast.Name) else None


def _past(walk: _Walk, test: ast.expr) -> tuple[str, ast.expr] | None:
    """How to bisect, and for what, where the test is that an element lies past a bound."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    left, right, operator = test.left, test.comparators[0], type(test.ops[0])
    for side, other, known in ((left, right, _PAST), (right, left, _TURNED)):
        is_element = (walk.element and match_expr(walk.element, side)) or (
            walk.place and match_expr(f"{walk.values}[{walk.place}]", side)
        )
        if is_element and operator in known:
            return known[operator], other
    return None


def _sorted_before(context: FunctionContext, place: Place, values: str) -> ast.stmt | None:
    """The outermost loop around, if the list is sorted before it and then stays as it is."""
    nest, block = place.loops[0], context.node.body
    if nest not in block or values in context.scope.inner or values in context.scope.outer_writes:
        return None
    end = block.index(nest)
    for at in range(end - 1, -1, -1):
        one = block[at]
        found = match_stmt(f"{values} = sorted(M_xs)", one)
        if (found and context.is_builtin("sorted")) or match_stmt(f"{values}.sort()", one):
            later = block[at + 1 :]
        else:
            if stores_of(values, ast.walk(one)) or not keeps_contents(context, values, [one]):
                return None
            continue
        changed = [part for part in later[: end - at] if stores_of(values, ast.walk(part))]
        return nest if not changed and keeps_contents(context, values, [nest]) else None
    return None


def _tests(context: FunctionContext, values: str) -> list[str] | None:
    """What must hold for the elements to be in order; None where they cannot be."""
    shape = context.inference.of(ast.Name(values, ast.Load()))
    if shape.name not in ("list", "", "!"):
        return None
    element = element_of(shape)
    if element.name in ("int", "str") and element.evidence != "use":
        return []
    if element.name not in ("int", "str", "float", "number", "", "!"):
        return None
    context.need_builtins("set", "map", "type", "int", "float", "str", "all")
    # A list is in order for bisection where its elements are alike and none is NaN, which equals nothing.
    one = context.fresh("value", "element")
    return [
        f"set(map(type, {values})) in ({{int}}, {{float}}, {{str}})",
        f"all({one} == {one} for {one} in {values})",
    ]


STRATEGY = BuiltinStrategy("bisect-sorted", "sorting_selection", _build, __doc__ or "", ("VX511",))
