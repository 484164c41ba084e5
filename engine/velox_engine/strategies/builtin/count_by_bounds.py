"""Counts how many values of a range satisfy a chain of inequalities instead of trying each.

What it does: an inner loop over a range that only counts the values for which a sum with the loop variable lies within
bounds adds the size of the part of the range that does. Sums of ints have no gaps, so the part is a range again.

Example:
    def ways(limit: int, total: int) -> int:
        count = 0
        for a in range(limit + 1):
            for b in range(limit + 1):
                if 0 <= total - a - b <= limit:
                    count += 1
        return count

Result:
    def ways(limit: int, total: int) -> int:
        count = 0
        for a in range(limit + 1):
            count += len(range(max(0, total - limit - a), min(limit + 1, total - a + 1)))
        return count

Inputs:
    (5, 7)
    (0, 0)
    (3, 100)
    (4, -1)

When it is unsafe: for bounds that are no integers, which the hints or their use must rule out, and where the variable
is multiplied.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.guards import either, integers_in
from velox_engine.strategies.loops import (
    constant,
    is_fallback,
    places,
    range_parts,
    read_outside,
    used_outside,
)
from velox_engine.strategies.pairs import counted
from velox_engine.strategies.patterns import match_stmt


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Name):
            continue
        rewrite = _sized(context, loop, loop.target.id)
        if rewrite:
            yield rewrite


def _sized(context: FunctionContext, loop: ast.For, variable: str) -> Rewrite | None:
    named = _named(context, loop)
    parts, found = range_parts(context, loop.iter), counted(loop.body[1:] if named else loop.body)
    if parts is None or found is None or constant(parts[2]) != 1 or read_outside(context, variable, loop):
        return None
    test, counter = found
    if context.inference.of(ast.Name(counter, ast.Load())).name != "int":
        return None
    tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    lows, highs = [context.text(parts[0]) if hasattr(parts[0], "lineno") else "0"], [context.text(parts[1])]
    known: list[ast.expr] = []
    for one in tests:
        if not isinstance(one, ast.Compare):
            return None
        sides = [one.left, *one.comparators]
        for left, op, right in zip(sides, one.ops, sides[1:], strict=False):
            bound = _bound(context, left, op, right, variable, named)
            if bound is None:
                return None
            (lows if bound[0] else highs).append(bound[1])
            known += [
                named.get(side.id, side) if isinstance(side, ast.Name) else side for side in (left, right)
            ]
    whole = [node for node in known if all_names([node]) - {variable}]
    if not all(_linear(node) for node in known) or counter in all_names(known) or not all(
        variable in all_names([node]) or keeps_value(context, node, [loop]) for node in known
    ):  # fmt: skip
        return None
    needed = integers_in(context, whole)
    if needed is None or is_fallback(context, loop, next(iter(all_names(whole)), "")):
        return None
    context.need_builtins("len", "range", "max", "min")
    low = lows[0] if len(lows) == 1 else f"max({', '.join(lows)})"
    high = highs[0] if len(highs) == 1 else f"min({', '.join(highs)})"
    fast = f"{counter} += len(range({low}, {high}))"
    edit = either(context, loop, loop, needed, fast, context.layout.block_text([loop]))
    return Rewrite((edit,), "count by the size of the range") if edit else None


def _named(context: FunctionContext, loop: ast.For) -> dict[str, ast.expr]:
    """{z: value} for a body that starts with `z = value`, where z is read nowhere else."""
    found = match_stmt("M_z = M_v", loop.body[0]) if len(loop.body) == 2 else None
    if not found or not isinstance(found["M_z"], ast.Name) or not _linear(found["M_v"]):
        return {}
    name = found["M_z"].id
    return (
        {} if used_outside(context, name, loop) or name in all_names([found["M_v"]]) else {name: found["M_v"]}
    )


def _linear(node: ast.expr) -> bool:
    return all(
        isinstance(part, ast.Name | ast.BinOp | ast.Add | ast.Sub | ast.expr_context | ast.Mult)
        or (isinstance(part, ast.Constant) and type(part.value) is int)
        for part in ast.walk(node)
    )


def _terms(node: ast.expr, named: dict[str, ast.expr], sign: int = 1) -> list[tuple[int, ast.expr]]:
    """The signed terms of a sum, a name that stands for one replaced by its terms."""
    if isinstance(node, ast.Name) and node.id in named:
        return _terms(named[node.id], {}, sign)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = sign if isinstance(node.op, ast.Add) else -sign
        return [*_terms(node.left, named, sign), *_terms(node.right, named, other)]
    return [(sign, node)]


def _bound(
    context: FunctionContext,
    left: ast.expr,
    op: ast.cmpop,
    right: ast.expr,
    variable: str,
    named: dict[str, ast.expr],
) -> tuple[bool, str] | None:
    """(is it a lower bound, its text) for the variable in `left op right`."""
    if isinstance(op, ast.Gt | ast.GtE):
        left, right = right, left
    elif not isinstance(op, ast.Lt | ast.LtE):
        return None
    strict = isinstance(op, ast.Lt | ast.Gt)
    # left + … (<|<=) right + …: all on one side, 0 (<|<=) right - left
    terms = [*_terms(right, named), *_terms(left, named, -1)]
    mine = [(sign, node) for sign, node in terms if variable in all_names([node])]
    if len(mine) != 1 or not isinstance(mine[0][1], ast.Name):
        return None
    lower = mine[0][0] == 1
    rest = [(-sign if lower else sign, node) for sign, node in terms if node is not mine[0][1]]
    offset = (1 if strict else 0) if lower else (0 if strict else 1)
    return lower, _sum(context, rest, offset)


def _sum(context: FunctionContext, terms: list[tuple[int, ast.expr]], offset: int) -> str:
    text = ""
    number = offset
    for sign, node in sorted(terms, key=lambda term: -term[0]):
        value = constant(node)
        if type(value) is int:
            number += sign * value
            continue
        piece = context.operand(node)
        text += f" {'+' if sign > 0 else '-'} {piece}" if text else piece if sign > 0 else f"-{piece}"
    if not text:
        return str(number)
    return text if number == 0 else f"{text} {'+' if number > 0 else '-'} {abs(number)}"


STRATEGY = BuiltinStrategy("count-by-bounds", "algorithm_change", _build, __doc__ or "")
