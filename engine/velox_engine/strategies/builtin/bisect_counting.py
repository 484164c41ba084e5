"""Counts smaller or larger elements by bisection in a sorted list instead of comparing all pairs.

What it does: nested loops over i < j that count the pairs in one order keep the earlier elements sorted, and a count
of the elements of a list below or above a value, repeated in a loop, bisects a sorted copy. Only for lists of ints or
of strings; others still take the loops, unless the hints promise a type.

Example:
    def inversions(numbers: list[int]) -> int:
        count = 0
        for i in range(len(numbers)):
            for j in range(i + 1, len(numbers)):
                if numbers[i] > numbers[j]:
                    count += 1
        return count

Result:
    from bisect import bisect_right, insort


    def inversions(numbers: list[int]) -> int:
        count = 0
        ordered = []
        for number in numbers:
            count += len(ordered) - bisect_right(ordered, number)
            insort(ordered, number)
        return count

Inputs:
    ([3, 1, 2, 1],)
    ([],)
    ([1, 1],)

When it is unsafe: floats, where NaN has no place in an order, and types of one's own that compare in other ways.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.guards import either, ordered_list
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import is_fallback, places, read_outside
from velox_engine.strategies.pairs import PairLoop, counted, pair_loop
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_SWAPPED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        pairs = pair_loop(context, place.statement)
        if pairs and pairs.order == "ascending" and not is_fallback(context, pairs.outer, pairs.sequence):
            rewrite = _pairs(context, pairs)
            if rewrite:
                yield rewrite
        elif isinstance(place.statement, ast.For):
            rewrite = _repeated_count(context, place.statement)
            if rewrite:
                yield rewrite
    yield from _comprehensions(context)


def _pairs(context: FunctionContext, pairs: PairLoop) -> Rewrite | None:
    found = counted(pairs.body)
    if found is None or context.inference.of(ast.Name(found[1], ast.Load())).name != "int":
        return None
    test, counter = found
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return None
    sides = (pairs.side(test.left), pairs.side(test.comparators[0]))
    kind = type(test.ops[0])
    if sorted(sides) != [1, 2] or kind not in _SWAPPED:
        return None
    if sides == (2, 1):
        kind = _SWAPPED[kind]
    context.need_builtins("len")
    item, ordered = context.fresh("number", "item"), context.fresh("ordered", "earlier")
    # earlier > later: those after all that are at most as large
    side = "bisect_right" if kind in (ast.Gt, ast.LtE) else "bisect_left"
    bisect, imported = import_member(context, "bisect", side)
    insort, more = _second_member(context, side, imported)
    place = f"{bisect}({ordered}, {item})"
    number = f"len({ordered}) - {place}" if kind in (ast.Gt, ast.GtE) else place
    unit = context.layout.unit
    fast = f"{ordered} = []\nfor {item} in {pairs.sequence}:\n{unit}{counter} += {number}\n"
    fast += f"{unit}{insort}({ordered}, {item})"
    tests = [*ordered_list(context, pairs.sequence), *pairs.tests]
    edit = either(context, pairs.outer, pairs.outer, tests, fast, context.layout.block_text([pairs.outer]))
    return Rewrite((edit, *more), "keep the earlier elements sorted and bisect") if edit else None


def _second_member(
    context: FunctionContext, first: str, imported: list[TextEdit]
) -> tuple[str, list[TextEdit]]:
    """insort beside the member just imported: one import line for both."""
    name, edits = import_member(context, "bisect", "insort")
    if not imported or not edits:
        return name, [*imported, *edits]
    one, other = imported[0], edits[0]
    if other.text.startswith(", "):
        return name, [TextEdit(one.start, one.end, one.text + other.text)]
    added = other.text.strip().partition(" import ")[2]
    body = one.text.rstrip("\r\n")
    tail = one.text[len(body) :]
    return name, [TextEdit(one.start, one.end, f"{body}, {added}{tail}")]


def _repeated_count(context: FunctionContext, outer: ast.For) -> Rewrite | None:
    """for x in xs: … for y in ys: if y < x: count += 1 …"""
    for inner in outer.body:
        if not isinstance(inner, ast.For) or inner.orelse or not isinstance(inner.target, ast.Name):
            continue
        found = counted(inner.body)
        if (
            found is None
            or not isinstance(inner.iter, ast.Name)
            or read_outside(context, inner.target.id, inner)
        ):
            continue
        test, counter = found
        if context.inference.of(ast.Name(counter, ast.Load())).name != "int":
            continue
        number = _number(context, test, inner.target.id)
        name = inner.iter.id
        if number is None or is_fallback(context, outer, name) or not keeps_contents(context, name, [outer]):
            continue
        template, value, side = number
        if not isinstance(value, ast.Name) or value.id == name or ordered_list(context, name):
            # Comparing with a value of another type raises in both, but later; so its type must be known.
            continue
        if context.inference.of(value).name not in ("int", "str"):
            continue
        bisect, imported = import_member(context, "bisect", side)
        context.need_builtins("len", "sorted")
        ordered = context.fresh(f"{name}_sorted", "ordered")
        text = template.format(place=f"{bisect}({ordered}, {context.text(value)})", ordered=ordered)
        before = context.layout.insert_before(outer, f"{ordered} = sorted({name})")
        edit = context.layout.replace_statements(inner, inner, f"{counter} += {text}")
        if before and edit:
            return Rewrite((before, edit, *imported), "bisect a sorted copy")
    return None


def _number(context: FunctionContext, test: ast.expr, element: str) -> tuple[str, ast.expr, str] | None:
    """(the count as a template, the value compared with, which bisection) for `element < value` and its like."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or type(test.ops[0]) not in _SWAPPED:
        return None
    kind, left, right = type(test.ops[0]), test.left, test.comparators[0]
    if isinstance(right, ast.Name) and right.id == element:
        left, right, kind = right, left, _SWAPPED[kind]
    if not (isinstance(left, ast.Name) and left.id == element) or element in all_names([right]):
        return None
    if kind in (ast.Lt, ast.LtE):
        return "{place}", right, "bisect_left" if kind is ast.Lt else "bisect_right"
    return "len({ordered}) - {place}", right, "bisect_right" if kind is ast.Gt else "bisect_left"


def _comprehensions(context: FunctionContext) -> Iterator[Rewrite]:
    """[sum(1 for y in ys if y < x) for x in ys]"""
    for place in places(context.node):
        statement = place.statement
        if not isinstance(statement, ast.Return | ast.Assign) or not isinstance(
            statement.value, ast.ListComp
        ):
            continue
        whole = statement.value
        if len(whole.generators) != 1 or not isinstance(whole.generators[0].iter, ast.Name):
            continue
        for node in ast.walk(whole.elt):
            found = (
                match_expr("sum(1 for M_y in M_ys if M_t)", node)
                or match_expr("len([M_y for M_y in M_ys if M_t])", node)
                or match_expr("sum([1 for M_y in M_ys if M_t])", node)
            )
            if not found or not isinstance(found["M_y"], ast.Name) or not isinstance(found["M_ys"], ast.Name):
                continue
            name, outer = found["M_ys"].id, whole.generators[0]
            number = _number(context, found["M_t"], found["M_y"].id)
            if (
                number is None
                or not isinstance(outer.target, ast.Name)
                or not isinstance(number[1], ast.Name)
            ):
                continue
            same_list = isinstance(outer.iter, ast.Name) and outer.iter.id == name
            if number[1].id != outer.target.id or not same_list or is_fallback(context, statement, name):
                continue
            bisect, imported = import_member(context, "bisect", number[2])
            context.need_builtins("sum", "len", "sorted")
            ordered = context.fresh(f"{name}_sorted", "ordered")
            text = number[0].format(place=f"{bisect}({ordered}, {number[1].id})", ordered=ordered)
            old = context.text(statement)
            if "\n" in old:
                continue
            start = context.layout.start(statement)
            at, end = context.layout.start(node) - start, context.layout.end(node) - start
            raw = old.encode()
            new = (raw[:at] + text.encode() + raw[end:]).decode()
            edit = either(
                context,
                statement,
                statement,
                ordered_list(context, name),
                f"{ordered} = sorted({name})\n{new}",
                old,
            )
            if edit:
                yield Rewrite((edit, *imported), "bisect a sorted copy")
            break


STRATEGY = BuiltinStrategy("bisect-counting", "algorithm_change", _build, __doc__ or "")
