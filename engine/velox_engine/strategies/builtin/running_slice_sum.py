"""Adds the next element to a running total instead of adding up a slice that grows by one.

What it does: in a loop over the end of a slice with a fixed start, `sum(xs[i:j + 1])` becomes a total that each turn
adds `xs[j]` to. Sums of ints are exact in any order; other types still take the old way, unless the hints promise ints.
Where the loops only look for the largest total, one pass finds it (Kadane's algorithm).

Example:
    def largest(numbers: list[int]) -> int:
        best = 0
        for i in range(len(numbers)):
            for j in range(i, len(numbers)):
                total = sum(numbers[i : j + 1])
                if total > best:
                    best = total
        return best

Result:
    def largest(numbers: list[int]) -> int:
        best = 0
        running = 0
        for number in numbers:
            running = number if running < 0 else running + number
            if running > best:
                best = running
        return best

Inputs:
    ([3, -5, 4, 2],)
    ([],)
    ([-1],)

When it is unsafe: floats, whose sums depend on the order, and a list that changes in the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import effects_of
from velox_engine.strategies.guards import either, list_of_integers
from velox_engine.strategies.lengths import measured_for
from velox_engine.strategies.loops import is_fallback, leaves, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, match_stmts, same
from velox_engine.strategies.rendering import block_with_parts

_KEPT = (
    "if M_t > M_b:\n M_b = M_t",
    "M_b = max(M_b, M_t)",
    "M_b = max(M_t, M_b)",
    "if M_b < M_t:\n M_b = M_t",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        outer = place.statement
        if not isinstance(outer, ast.For) or outer.orelse or not isinstance(outer.target, ast.Name):
            continue
        rewrite = _largest(context, outer, outer.target.id)
        if rewrite:
            yield rewrite
        for inner in outer.body:
            if isinstance(inner, ast.For) and not inner.orelse and isinstance(inner.target, ast.Name):
                rewrite = _running(context, inner, outer.target.id, inner.target.id)
                if rewrite:
                    yield rewrite


def _ends_with_list(context: FunctionContext, stop: ast.expr, name: str, loop: ast.For) -> bool:
    held = measured_for(context, stop, loop)
    return held is not None and held.id == name


def _largest(context: FunctionContext, outer: ast.For, start: str) -> Rewrite | None:
    """All totals of contiguous pieces, of which only the largest is kept."""
    header = match_expr("range(M_n)", outer.iter) or match_expr("range(0, M_n)", outer.iter)
    inner = outer.body[-1]
    if not header or not isinstance(inner, ast.For) or inner.orelse or not isinstance(inner.target, ast.Name):
        return None
    end = inner.target.id
    stop = match_expr(f"range({start}, M_n)", inner.iter)
    if not stop or not same(stop["M_n"], header["M_n"]) or len(inner.body) != 2:
        return None
    if len(outer.body) == 1:
        added = match_stmt(f"M_t = sum(M_x[{start}:{end} + 1])", inner.body[0])
    elif len(outer.body) == 2 and match_stmt("M_t = 0", outer.body[0]):
        zero = match_stmt("M_t = 0", outer.body[0])
        added = match_stmt(f"M_t += M_x[{end}]", inner.body[0]) or match_stmt(
            f"M_t = M_t + M_x[{end}]", inner.body[0]
        )
        if not added or not zero or not same(added["M_t"], zero["M_t"]):
            return None
    else:
        return None
    kept = next((found for found in (match_stmts(one, inner.body[1:]) for one in _KEPT) if found), None)
    if not added or not kept or not same(added["M_t"], kept["M_t"]):
        return None
    total, best, numbers = added["M_t"], kept["M_b"], added["M_x"]
    if not all(isinstance(one, ast.Name) for one in (total, best, numbers)):
        return None
    name, kept_name, total_name = numbers.id, best.id, total.id  # type: ignore[attr-defined]
    if not _ends_with_list(context, stop["M_n"], name, outer) or is_fallback(context, outer, name):
        return None
    if (
        any(read_outside(context, one, outer) for one in (start, end, total_name))
        or len({name, kept_name, total_name}) < 3
    ):
        return None
    running, item = context.fresh("running", "current"), context.fresh("number", "item")
    unit = context.layout.unit
    fast = (
        f"{running} = 0\nfor {item} in {name}:\n{unit}{running} = {item} if {running} < 0 else {running} + {item}\n"
        f"{unit}if {running} > {kept_name}:\n{unit}{unit}{kept_name} = {running}"
    )
    slow = context.layout.block_text([outer])
    edit = either(context, outer, outer, list_of_integers(context, name), fast, slow)
    return Rewrite((edit,), "find the largest total in one pass") if edit else None


def _running(context: FunctionContext, loop: ast.For, start: str, end: str) -> Rewrite | None:
    calls: dict[ast.AST, str] = {}
    name = ""
    for node in ast.walk(loop):
        found = match_expr(f"sum(M_x[{start}:{end} + 1])", node) if isinstance(node, ast.Call) else None
        if found and isinstance(found["M_x"], ast.Name) and name in ("", found["M_x"].id):
            name = found["M_x"].id
            calls[node] = ""
    header = match_expr(f"range({start}, M_n)", loop.iter)
    if (
        not calls
        or not header
        or not context.is_builtin("sum")
        or not _ends_with_list(context, header["M_n"], name, loop)
    ):
        return None
    effects = effects_of(context, loop.body)
    if (
        {name, start, end} & (effects.written | effects.mutated)
        or effects.calls_unknown
        or is_fallback(context, loop, name)
    ):
        return None
    if leaves(loop.body) and any(isinstance(node, ast.Continue) for node in ast.walk(loop)):
        return None
    if any(one in written_names([loop.target]) for one in (name,)):
        return None
    running = context.fresh("running", "slice_total")
    new = block_with_parts(context, loop.body, dict.fromkeys(calls, running))
    slow = context.layout.block_text([loop])
    if new is None or slow is None:
        return None
    unit = context.layout.unit
    body = "\n".join(unit + line if line else line for line in new.rstrip().split("\n"))
    fast = f"{running} = 0\nfor {end} in {context.text(loop.iter)}:\n{unit}{running} += {name}[{end}]\n{body}"
    edit = either(context, loop, loop, list_of_integers(context, name), fast, slow)
    return Rewrite((edit,), "keep a running total of the slice") if edit else None


STRATEGY = BuiltinStrategy("running-slice-sum", "algorithm_change", _build, __doc__ or "")
