"""Takes the count over a stretch of a list from running counts instead of going through the stretch.

What it does: where an inner loop over `range(low, high)` only counts the positions at which `xs[j]` equals something,
and its bounds come with each turn of an outer loop, the counts of all beginnings are computed once. Bounds that do not
lie in the list still take the inner loop, as does what is no list, tuple or text.

Example:
    def wins(results: str, seasons: list[tuple[int, int]]) -> list[int]:
        found = []
        for first, last in seasons:
            count = 0
            for at in range(first, last + 1):
                if results[at] == "w":
                    count += 1
            found.append(count)
        return found

Result:
    from itertools import accumulate


    def wins(results: str, seasons: list[tuple[int, int]]) -> list[int]:
        found = []
        counts = list(accumulate((item == "w" for item in results), initial=0))
        for first, last in seasons:
            count = 0
            if 0 <= first <= last + 1 < len(counts):
                count += counts[last + 1] - counts[first]
            else:
                for at in range(first, last + 1):
                    if results[at] == "w":
                        count += 1
            found.append(count)
        return found

Inputs:
    ("wlwdw", [(0, 2), (1, 1), (2, 4)])
    ("wlw", [(2, 1), (-1, 1), (0, 2)])
    ("", [])

When it is unsafe: a list that changes on the way, and something else to count in each turn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_contents, keeps_value
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import LoopNode, Place, constant, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure

_CALLED = frozenset({"min", "max", "len"})


@dataclass(frozen=True, slots=True)
class _Stretch:
    """for j in range(low, high): if xs[j] == wanted: total += 1"""

    total: str
    sequence: str
    wanted: ast.expr
    low: ast.expr
    high: ast.expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if not place.loops or not isinstance(place.statement, ast.For) or _is_fallback(context, place):
            continue
        found = _stretch(context, place, place.statement)
        outer = _outer(context, place, found) if found else None
        if found and outer is not None:
            yield from _rewritten(context, outer, place.statement, found)


def _is_fallback(context: FunctionContext, place: Place) -> bool:
    """Whether the loop is what remains for bounds outside of the list already."""
    parent = context.parents.get(place.statement)
    return isinstance(parent, ast.If) and place.statement in parent.orelse


def _stretch(context: FunctionContext, place: Place, loop: ast.For) -> _Stretch | None:
    parts = range_parts(context, loop.iter)
    if loop.orelse or parts is None or constant(parts[2]) != 1 or not isinstance(loop.target, ast.Name):
        return None
    if len(loop.body) != 1 or read_outside(context, loop.target.id, loop):
        return None
    at, body = loop.target.id, loop.body[0]
    found = None
    for asked in (f"M_x[{at}] == M_w", f"M_w == M_x[{at}]"):
        for step in ("M_t += 1", "M_t = M_t + 1"):
            found = found or match_stmt(f"if {asked}:\n {step}", body)
    if not found or not isinstance(found["M_t"], ast.Name) or not isinstance(found["M_x"], ast.Name):
        return None
    total, sequence, wanted = found["M_t"].id, found["M_x"].id, found["M_w"]
    start = match_stmt(f"{total} = M_c", place.previous)
    whole = start is not None and type(constant(start["M_c"])) is int
    if not whole and context.inference.of(ast.Name(total, ast.Load())).name != "int":
        return None
    bounds = all_names([parts[0], parts[1], wanted])
    if {total, at} & (bounds | {sequence}) or total == at:
        return None
    return _Stretch(total, sequence, wanted, parts[0], parts[1])


def _outer(context: FunctionContext, place: Place, found: _Stretch) -> LoopNode | None:
    """The outermost loop that leaves the list alone, and in which the bounds change."""
    for loop in place.loops:
        if not keeps_contents(context, found.sequence, [loop]):
            continue
        if not (
            isinstance(found.wanted, ast.Constant | ast.Name) and keeps_value(context, found.wanted, [loop])
        ):
            continue
        return loop if all_names([found.low, found.high]) & written_names([loop]) else None
    return None


def _rewritten(
    context: FunctionContext, outer: LoopNode, loop: ast.For, found: _Stretch
) -> Iterator[Rewrite]:
    layout, unit = context.layout, context.layout.unit
    if not all(_is_plain(context, bound) for bound in (found.low, found.high)):
        return
    low, high = ast.unparse(found.low), ast.unparse(found.high)
    slow = layout.block_text([loop])
    if slow is None or _shape(context, found.sequence) not in ("", "list", "tuple", "str"):
        return
    counts, item = context.fresh("counts", "prefix_counts"), context.fresh("item", "element")
    accumulate, imported = import_member(context, "itertools", "accumulate")
    context.need_builtins("list", "len")
    numbers = f"({item} == {context.text(found.wanted)} for {item} in {found.sequence})"
    tests = _walkable(context, found.sequence)
    made = f"list({accumulate}({numbers}, initial=0))"
    if tests:
        made += f" if {' and '.join(tests)} else []"
    before = layout.insert_before(outer, f"{counts} = {made}")
    names = [
        name
        for name in sorted(all_names([found.low, found.high]) - _CALLED)
        if _shape(context, name) not in ("int", "bool", "list", "tuple")
    ]
    if names:
        context.need_builtins("isinstance", "int")
    asked = [f"isinstance({name}, int)" for name in names if not _is_subscripted(found, name)]
    if constant(found.low) == 0:
        asked.append(f"0 <= {high} < len({counts})")
        step = f"{counts}[{high}]"
    else:
        asked.append(f"0 <= {low} <= {high} < len({counts})")
        step = f"{counts}[{high}] - {counts}[{low}]"
    code = f"if {' and '.join(asked)}:\n{unit}{found.total} += {step}\nelse:\n{indent_lines(slow.rstrip(), unit)}"
    edit = layout.replace_statements(loop, loop, code)
    if before and edit:
        yield Rewrite((before, edit, *imported), "take the counts of stretches from running counts")


def _is_plain(context: FunctionContext, bound: ast.expr) -> bool:
    """Whether working a bound out twice costs little: names, items, sums, and the smaller or larger of two."""
    for node in ast.walk(bound):
        if isinstance(node, ast.Call):
            if not isinstance(node.func, ast.Name) or node.func.id not in _CALLED:
                return False
        elif not isinstance(
            node,
            ast.Name | ast.Constant | ast.BinOp | ast.Add | ast.Sub | ast.Mult | ast.Subscript | ast.Load,
        ):
            return False
    return is_pure(context, bound) and match_expr("M_x[M_a:M_b]", bound) is None


def _shape(context: FunctionContext, name: str) -> str:
    return context.inference.of(ast.Name(name, ast.Load())).name


def _walkable(context: FunctionContext, name: str) -> list[str]:
    """The test that going over it gives what its positions hold: none where that is known."""
    if _shape(context, name) in ("list", "tuple", "str"):
        return []
    context.need_builtins("isinstance", "list", "tuple", "str")
    return [f"isinstance({name}, (list, tuple, str))"]


def _is_subscripted(found: _Stretch, name: str) -> bool:
    """Whether a name in the bounds is a list of them, not a bound: `starts[i]`."""
    return any(
        isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name
        for bound in (found.low, found.high)
        for node in ast.walk(bound)
    )


STRATEGY = BuiltinStrategy("stretch-counts", "precomputation", _build, __doc__ or "")
