"""Finds the two closest numbers of a list among neighbours in sorted order, the first of equally close pairs.

What it does: nested loops over the pairs of a list that keep the smallest distance, and what belongs to it, do so for
the one pair that they would have kept: of the pairs whose distance is the smallest, the one that they come to first.
Anything but a list of finite floats or of ints takes the loops.

Example:
    def closest(numbers):
        best = pair = None
        for i, first in enumerate(numbers):
            for j, second in enumerate(numbers):
                if i != j:
                    if best is None or abs(first - second) < best:
                        best = abs(first - second)
                        pair = (first, second)
        return pair

Result:
    def closest(numbers):
        best = pair = None
        if (
            isinstance(numbers, list)
            and len(numbers) > 1
            and set(map(type, numbers)) in ({int}, {float})
            and 0 * sum(numbers) == 0
        ):
            ordered = sorted(numbers)
            smallest = min(after - before for before, after in zip(ordered, ordered[1:]))
            near = set()
            for before, after in zip(ordered, ordered[1:]):
                if after - before == smallest:
                    near |= {before, after}
            i = next(at for at, number in enumerate(numbers) if number in near)
            j = next(at for at in range(i + 1, len(numbers)) if abs(numbers[i] - numbers[at]) == smallest)
            first, second = numbers[i], numbers[j]
            if best is None or abs(first - second) < best:
                best = abs(first - second)
                pair = (first, second)
        else:
            for i, first in enumerate(numbers):
                for j, second in enumerate(numbers):
                    if i != j:
                        if best is None or abs(first - second) < best:
                            best = abs(first - second)
                            pair = (first, second)
        return pair

Inputs:
    ([1.0, 2.0, 3.9, 4.1],)
    ([5, 1, 3, 7],)
    ([2.0, 2.0, 1.0, 1.0],)
    ([1],)
    ([float("nan"), 1.0, 2.0],)

When it is unsafe: when what is kept depends on more than the pair, such as on the pair kept before.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import is_fallback, places
from velox_engine.strategies.pairs import PairLoop, pair_loop
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure

_SMALLER = (
    "M_d < M_best",
    "M_best > M_d",
    "M_best is None or M_d < M_best",
    "M_best is None or M_best > M_d",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        pairs = pair_loop(context, place.statement)
        if pairs is None or pairs.order == "all" or is_fallback(context, pairs.outer, pairs.sequence):
            continue
        if _keeps_closest(context, pairs, pairs.body):
            rewrite = _searched(context, pairs)
            if rewrite:
                yield rewrite


def _keeps_closest(context: FunctionContext, pairs: PairLoop, body: Sequence[ast.stmt]) -> bool:
    """Whether the body keeps the smallest distance, and of the pair that has it only what the pair itself tells."""
    distance, body = _measured(pairs, body)
    if len(body) != 1 or not isinstance(body[0], ast.If):
        return False
    branch = body[0]
    best = match_expr("M_best is None", branch.test)
    if best and isinstance(best["M_best"], ast.Name):
        # Ex) if best is None: keep it; else: if distance < best: keep it
        rest_distance, rest = _measured(pairs, branch.orelse, best["M_best"].id)
        if len(rest) != 1 or not isinstance(rest[0], ast.If) or rest[0].orelse:
            return False
        own_distance, update = _measured(pairs, branch.body, best["M_best"].id)
        names = [name for name in (distance, own_distance, rest_distance) if name]
        kept = _smaller(pairs, rest[0].test, names)
        return (
            kept is not None
            and same(kept, best["M_best"])
            and _updates(context, pairs, update, kept, names)
            and _updates(context, pairs, rest[0].body, kept, names)
        )
    names = [distance] if distance else []
    kept = _smaller(pairs, branch.test, names)
    return kept is not None and not branch.orelse and _updates(context, pairs, branch.body, kept, names)


def _measured(pairs: PairLoop, body: Sequence[ast.stmt], best: str = "") -> tuple[str, Sequence[ast.stmt]]:
    """The name (not the best distance's) that a first statement gives to the distance, and the statements after it."""
    found = match_stmt("M_d = M_value", body[0]) if body else None
    if found and isinstance(found["M_d"], ast.Name) and found["M_d"].id == best:
        return "", body
    if (
        found
        and isinstance(found["M_d"], ast.Name)
        and _is_distance(pairs, found["M_value"], [])
        and len(body) > 1
    ):
        return found["M_d"].id, body[1:]
    return "", body


def _is_distance(pairs: PairLoop, node: ast.expr, names: Sequence[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names
    found = match_expr("abs(M_a - M_b)", node)
    return found is not None and {pairs.side(found["M_a"]), pairs.side(found["M_b"])} == {1, 2}


def _smaller(pairs: PairLoop, test: ast.expr, names: Sequence[str]) -> ast.Name | None:
    for template in _SMALLER:
        found = match_expr(template, test)
        if found and isinstance(found["M_best"], ast.Name) and _is_distance(pairs, found["M_d"], names):
            return found["M_best"]
    return None


def _updates(
    context: FunctionContext, pairs: PairLoop, body: Sequence[ast.stmt], best: ast.Name, names: Sequence[str]
) -> bool:
    """Whether it sets the best distance to this one, and other names to what the pair alone tells."""
    own = {name for pair in (pairs.first, pairs.second) for name in pair if name} | {pairs.sequence, *names}
    kept = False
    for statement in body:
        found = match_stmt("M_x = M_value", statement)
        if not found:
            return False
        targets = found["M_x"].elts if isinstance(found["M_x"], ast.Tuple) else [found["M_x"]]
        if not all(isinstance(target, ast.Name) and target.id not in own for target in targets):
            return False
        value = found["M_value"]
        if same(found["M_x"], best):
            kept = kept or _is_distance(pairs, value, names)
            if not _is_distance(pairs, value, names):
                return False
        elif (
            best.id in all_names(targets)
            or not is_pure(context, value)
            or not all(name in own or context.is_builtin(name) for name in all_names([value]))
        ):
            return False
    return kept


def _searched(context: FunctionContext, pairs: PairLoop) -> Rewrite | None:
    context.need_builtins(
        "isinstance", "list", "len", "set", "map", "type", "int", "float", "sum", "sorted", "min"
    )
    context.need_builtins("zip", "next", "enumerate", "range", "abs")
    layout, unit, xs = context.layout, context.layout.unit, pairs.sequence
    tests = [f"isinstance({xs}, list)", f"len({xs}) > 1", f"set(map(type, {xs})) in ({{int}}, {{float}})"]
    tests = [*pairs.tests, *tests, f"0 * sum({xs}) == 0"]
    i = pairs.first[0] or context.fresh("first", "i")
    j = pairs.second[0] or context.fresh("second", "j")
    ordered, smallest = context.fresh("ordered", "in_order"), context.fresh("smallest", "closest")
    near, at, number = context.fresh("near"), context.fresh("at", "position"), context.fresh("number", "one")
    before, after = context.fresh("before", "lower"), context.fresh("after", "upper")
    neighbours = f"zip({ordered}, {ordered}[1:])"
    lines = [
        f"{ordered} = sorted({xs})",
        f"{smallest} = min({after} - {before} for {before}, {after} in {neighbours})",
        f"{near} = set()",
        f"for {before}, {after} in {neighbours}:",
        f"{unit}if {after} - {before} == {smallest}:",
        f"{unit}{unit}{near} |= {{{before}, {after}}}",
        f"{i} = next({at} for {at}, {number} in enumerate({xs}) if {number} in {near})",
        f"{j} = next({at} for {at} in range({i} + 1, len({xs})) if abs({xs}[{i}] - {xs}[{at}]) == {smallest})",
    ]
    elements = {pairs.first[1]: f"{xs}[{i}]", pairs.second[1]: f"{xs}[{j}]"}
    elements.pop("", None)
    if elements:
        lines.append(f"{', '.join(elements)} = {', '.join(elements.values())}")
    kept, slow = layout.block_text(list(pairs.body)), layout.block_text([pairs.outer])
    if kept is None or slow is None:
        return None
    condition = f"\n{unit}and ".join(tests)
    fast = "\n".join(lines) + "\n" + kept.rstrip()
    code = (
        f"if (\n{unit}{condition}\n):\n{indent_lines(fast, unit)}\nelse:\n{indent_lines(slow.rstrip(), unit)}"
    )
    edit = layout.replace_statements(pairs.outer, pairs.outer, code)
    return Rewrite((edit,), "look for the closest pair among neighbours in sorted order") if edit else None


STRATEGY = BuiltinStrategy("closest-pair", "algorithm_change", _build, __doc__ or "")
