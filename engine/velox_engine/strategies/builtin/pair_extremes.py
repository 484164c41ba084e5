"""Finds the largest difference, sum or distance of two elements in one pass instead of trying all pairs.

What it does: nested loops over the pairs of a list that keep the largest `xs[j] - xs[i]` with i < j follow the
smallest element so far; those that keep the largest distance compare the extremes, and the smallest distance is one
of neighbours in sorted order. Lists of anything but int still take the loops, unless the hints promise ints.

Example:
    def best_profit(prices: list[int]) -> int:
        best = 0
        for i in range(len(prices)):
            for j in range(i + 1, len(prices)):
                if prices[j] - prices[i] > best:
                    best = prices[j] - prices[i]
        return best

Result:
    def best_profit(prices: list[int]) -> int:
        best = 0
        lowest = None
        for number in prices:
            if lowest is None or number < lowest:
                lowest = number
            elif number - lowest > best:
                best = number - lowest
        return best

Inputs:
    ([3, 1, 4, 1, 5],)
    ([5, 4],)
    ([],)

When it is unsafe: floats, where NaN has no place in an order. Where the result starts below every difference (as
infinity does), only the sorted and the extreme forms apply.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.guards import either, list_of_integers
from velox_engine.strategies.loops import constant, is_fallback, places
from velox_engine.strategies.pairs import PairLoop, pair_loop
from velox_engine.strategies.patterns import match_expr, match_stmt, same

_LARGEST = (
    "M_b = max(M_b, M_v)",
    "M_b = max(M_v, M_b)",
    "if M_v > M_b:\n M_b = M_v",
    "if M_b < M_v:\n M_b = M_v",
)
_SMALLEST = (
    "M_b = min(M_b, M_v)",
    "M_b = min(M_v, M_b)",
    "if M_v < M_b:\n M_b = M_v",
    "if M_b > M_v:\n M_b = M_v",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        pairs = pair_loop(context, place.statement, either_way=True)
        if pairs is None or is_fallback(context, pairs.outer, pairs.sequence):
            continue
        found = _kept(pairs)
        if found is None or not pairs.only_elements(found[1]):
            continue
        best, value, largest = found
        fast = _fast(context, pairs, best, value, largest)
        if fast is None:
            continue
        tests = [*list_of_integers(context, pairs.sequence), *pairs.tests]
        slow = context.layout.block_text([pairs.outer])
        edit = either(context, pairs.outer, pairs.outer, tests, fast, slow)
        if edit:
            yield Rewrite((edit,), "follow the extremes in one pass")


def _kept(pairs: PairLoop) -> tuple[str, ast.expr, bool] | None:
    """(best, value, largest) for a body that keeps the largest or smallest value."""
    if len(pairs.body) == 1:
        for largest, templates in ((True, _LARGEST), (False, _SMALLEST)):
            for template in templates:
                found = match_stmt(template, pairs.body[0])
                if found and isinstance(found["M_b"], ast.Name) and pairs.elements(found["M_v"]):
                    return found["M_b"].id, found["M_v"], largest
    if len(pairs.body) == 2:
        named = match_stmt("M_t = M_v", pairs.body[0])
        if named and isinstance(named["M_t"], ast.Name) and pairs.elements(named["M_v"]):
            name = named["M_t"].id
            for largest, templates in (
                (True, (f"if {name} > M_b:\n M_b = {name}", f"M_b = max(M_b, {name})")),
                (False, (f"if {name} < M_b:\n M_b = {name}", f"M_b = min(M_b, {name})")),
            ):
                for template in templates:
                    found = match_stmt(template, pairs.body[1])
                    if found and isinstance(found["M_b"], ast.Name):
                        return found["M_b"].id, named["M_v"], largest
    return None


def _fast(context: FunctionContext, pairs: PairLoop, best: str, value: ast.expr, largest: bool) -> str | None:
    unit, xs = context.layout.unit, pairs.sequence
    if len(pairs.body) == 2:
        temporary = pairs.body[0].targets[0].id  # type: ignore[attr-defined]
        inside = set(ast.walk(pairs.outer))
        if any(
            isinstance(node, ast.Name) and node.id == temporary and node not in inside
            for node in ast.walk(context.node)
        ):
            return None
    compare = ">" if largest else "<"
    distance = match_expr("abs(M_a - M_b)", value)
    if distance and context.is_builtin("abs") and _both(pairs, distance["M_a"], distance["M_b"]):
        if largest:
            context.need_builtins("max", "min", "len")
            reach = context.fresh("reach", "distance")
            several = f"len({xs}) > 1" if pairs.order != "all" else xs
            return (
                f"if {several}:\n{unit}{reach} = max({xs}) - min({xs})\n"
                f"{unit}if {reach} > {best}:\n{unit}{unit}{best} = {reach}"
            )
        if pairs.order == "all":
            return None
        context.need_builtins("sorted", "zip")
        ordered, low, high = (
            context.fresh("ordered"),
            context.fresh("low", "smaller"),
            context.fresh("high", "larger"),
        )
        return (
            f"{ordered} = sorted({xs})\nfor {low}, {high} in zip({ordered}, {ordered}[1:]):\n"
            f"{unit}if {high} - {low} < {best}:\n{unit}{unit}{best} = {high} - {low}"
        )
    difference = match_expr("M_a - M_b", value)
    if difference and pairs.order == "ascending" and _both(pairs, difference["M_a"], difference["M_b"]):
        later_minus_earlier = pairs.side(difference["M_a"]) == 2
        # The elements that are new extremes give no better difference only when the best starts at 0 or beyond.
        if not _starts_at_zero(context, best, pairs.outer):
            return None
        lowest = context.fresh("lowest" if later_minus_earlier == largest else "highest", "extreme")
        item = context.fresh("number", "item")
        beyond = "<" if later_minus_earlier == largest else ">"
        gain = f"{item} - {lowest}" if later_minus_earlier else f"{lowest} - {item}"
        return (
            f"{lowest} = None\nfor {item} in {xs}:\n{unit}if {lowest} is None or {item} {beyond} {lowest}:\n"
            f"{unit}{unit}{lowest} = {item}\n{unit}elif {gain} {compare} {best}:\n{unit}{unit}{best} = {gain}"
        )
    return None


def _both(pairs: PairLoop, left: ast.expr, right: ast.expr) -> bool:
    return sorted((pairs.side(left), pairs.side(right))) == [1, 2] and not same(left, right)


def _starts_at_zero(context: FunctionContext, best: str, loop: ast.For) -> bool:
    """Whether the function sets it to 0, and to nothing else outside of the loops that find the best."""
    inside = set(ast.walk(loop))
    starts = [value for value in bindings_of(context, best) if value is None or value not in inside]
    # Given to the function, or `best -= 4`.
    other = best in parameters(context.node) or any(
        isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == best
        for node in context.own
    )
    zero = all(
        value is not None and constant(value) == 0 and constant(value) is not False for value in starts
    )
    return bool(starts) and zero and not other


STRATEGY = BuiltinStrategy("pair-extremes", "algorithm_change", _build, __doc__ or "")
