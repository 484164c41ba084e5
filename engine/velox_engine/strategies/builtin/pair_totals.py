"""Adds up over all pairs of elements in one pass instead of in two nested loops.

What it does: nested loops over the pairs of a list that only add the product, the distance, the larger or smaller, the
sum, the difference or the squared difference of the two elements to a total keep the sum of the elements before each.
Where it matters which of the two is larger, they are taken in sorted order. A total that is reduced by a modulus in
every turn is reduced at the end. Lists of anything but int still take the loops, unless the hints promise ints.

Example:
    def spread(heights: list[int]) -> int:
        total = 0
        for i in range(len(heights)):
            for j in range(i + 1, len(heights)):
                total += abs(heights[i] - heights[j])
        return total

Result:
    def spread(heights: list[int]) -> int:
        total = 0
        before = 0
        for at, number in enumerate(sorted(heights)):
            total += number * at - before
            before += number
        return total

Inputs:
    ([3, 1, 4, 1, 5],)
    ([5],)
    ([],)

When it is unsafe: floats, whose sums depend on the order, and a modulus of zero: the loops stay for both.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters, written_names
from velox_engine.strategies.guards import either, integer, list_of_integers
from velox_engine.strategies.loops import constant, is_fallback, places
from velox_engine.strategies.pairs import PairLoop, is_fixed, pair_loop
from velox_engine.strategies.patterns import match_expr, match_stmt

# What is added for two elements, what that comes to for a number with `at` numbers before it, and the order to take
# them in. `before` is the sum of those, `squares` that of their squares.
_SYMMETRIC = (
    (("M_a * M_b",), "{number} * {before}", ""),
    (("M_a + M_b",), "{number} * {at} + {before}", ""),
    (("abs(M_a - M_b)", "max(M_a, M_b) - min(M_a, M_b)"), "{number} * {at} - {before}", "sorted({xs})"),
    (("max(M_a, M_b)",), "{number} * {at}", "sorted({xs})"),
    (("min(M_a, M_b)",), "{number} * {at}", "sorted({xs}, reverse=True)"),
    (
        ("(M_a - M_b) ** 2", "(M_a - M_b) * (M_a - M_b)"),
        "{number} * {number} * {at} - 2 * {number} * {before} + {squares}",
        "",
    ),
)
_BUILTINS = ("abs", "max", "min", "enumerate", "sorted")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        pairs = pair_loop(context, place.statement, either_way=True)
        if pairs is None or pairs.order == "all" or is_fallback(context, pairs.outer, pairs.sequence):
            continue
        found = _added(pairs)
        if found is None:
            continue
        total, value, modulus = found
        if not _starts_whole(context, pairs, total):
            continue
        fast = _fast(context, pairs, total, value, modulus)
        if fast is None:
            continue
        tests = [*list_of_integers(context, pairs.sequence), *pairs.tests]
        if modulus is not None and constant(modulus) is ...:
            tests += [*integer(context, modulus), f"{context.text(modulus)} != 0"]
        slow = context.layout.block_text([pairs.outer])
        edit = either(context, pairs.outer, pairs.outer, tests, fast, slow)
        if edit:
            yield Rewrite((edit,), "add up over all pairs in one pass")


def _added(pairs: PairLoop) -> tuple[str, ast.expr, ast.expr | None] | None:
    """(total, what is added to it, modulus) of a body that does nothing else."""
    body = list(pairs.body)
    if len(body) not in (1, 2):
        return None
    found = (
        match_stmt("M_t += M_v", body[0])
        or match_stmt("M_t = (M_t + M_v) % M_m", body[0])
        or match_stmt("M_t = M_t + M_v", body[0])
    )
    if not found or not isinstance(found["M_t"], ast.Name):
        return None
    total, modulus = found["M_t"].id, found.get("M_m")
    if len(body) == 2:
        reduced = match_stmt(f"{total} %= M_m", body[1]) or match_stmt(f"{total} = {total} % M_m", body[1])
        if not reduced or modulus is not None:
            return None
        modulus = reduced["M_m"]
    if modulus is not None and (not is_fixed(pairs, modulus) or _is_zero(modulus) or _names(modulus, total)):
        return None
    return None if _names(found["M_v"], total) else (total, found["M_v"], modulus)


def _starts_whole(context: FunctionContext, pairs: PairLoop, total: str) -> bool:
    """Whether the total is an int before the loops, so that adding ints keeps it one."""
    if context.inference.of(ast.Name(total, ast.Load())).name == "int":
        return True
    inside = set(ast.walk(pairs.outer))
    set_outside = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        and node not in inside
        and total in written_names([node])
    ]
    plain = all(isinstance(node, ast.Assign) and type(constant(node.value)) is int for node in set_outside)
    bound = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == total and isinstance(node.ctx, ast.Store)
    ]
    plain = plain and all(node in inside or context.parents.get(node) in set_outside for node in bound)
    elsewhere = total in context.scope.outer_writes or total in parameters(context.node)
    return bool(set_outside) and plain and not elsewhere


def _is_zero(modulus: ast.expr) -> bool:
    value = constant(modulus)
    return value is not ... and (type(value) is not int or value == 0)


def _names(node: ast.expr, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _fast(
    context: FunctionContext, pairs: PairLoop, total: str, value: ast.expr, modulus: ast.expr | None
) -> str | None:
    step, order = _step(pairs, value)
    if step is None:
        return None
    context.need_builtins(*(name for name in _BUILTINS if name in step + order or name == "enumerate"))
    names = {
        "number": context.fresh("number", "item"),
        "at": context.fresh("at", "position"),
        "before": context.fresh("before", "sum_before"),
        "squares": context.fresh("squares", "squares_before"),
        "xs": pairs.sequence,
    }
    unit, numbers = context.layout.unit, (order or "{xs}").format(**names)
    added = step.format(**names)
    if pairs.order == "different":
        added = f"2 * ({added})"
    lines, ends = [], []
    for name, term in (("before", "{number}"), ("squares", "{number} * {number}")):
        if f"{{{name}}}" in step:
            lines.append(f"{names[name]} = 0")
            ends.append(f"{unit}{names[name]} += {term.format(**names)}")
    head = f"for {names['at']}, {names['number']} in enumerate({numbers}):"
    if "{at}" not in step:
        head = f"for {names['number']} in {numbers}:"
    lines += [head, f"{unit}{total} += {added}", *ends]
    if modulus is not None:
        context.need_builtins("len")
        lines += [f"if len({pairs.sequence}) > 1:", f"{unit}{total} %= {context.text(modulus)}"]
    return "\n".join(lines)


def _step(pairs: PairLoop, value: ast.expr) -> tuple[str | None, str]:
    """What each number adds, and the order to take the numbers in."""
    for templates, step, order in _SYMMETRIC:
        for template in templates:
            found = match_expr(template, value)
            if found and sorted((pairs.side(found["M_a"]), pairs.side(found["M_b"]))) == [1, 2]:
                return step, order
    found = match_expr("M_a - M_b", value)
    sides = (pairs.side(found["M_a"]), pairs.side(found["M_b"])) if found else ()
    if pairs.order == "ascending" and sides in ((2, 1), (1, 2)):
        return ("{number} * {at} - {before}" if sides == (2, 1) else "{before} - {number} * {at}"), ""
    return None, ""


STRATEGY = BuiltinStrategy("pair-totals", "algorithm_change", _build, __doc__ or "")
