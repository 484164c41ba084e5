"""Answers many sums of ranges of one list from its running totals.

What it does: where a loop or comprehension adds up `xs[low:high]` for bounds that come with each turn, such as a list
of queries, the totals of all prefixes are computed once, and each sum is the difference of two of them. Bounds that a
slice would forgive (negative ones, or past the end) still take the slice. Sums need ints, which add up to the same in
any order: other types keep the old way, unless the hints promise ints.

Example:
    def answers(numbers: list[int], queries: list[tuple[int, int]]) -> list[int]:
        found = []
        for low, high in queries:
            found.append(sum(numbers[low:high]))
        return found

Result:
    from itertools import accumulate


    def answers(numbers: list[int], queries: list[tuple[int, int]]) -> list[int]:
        found = []
        totals = list(accumulate(numbers, initial=0))
        for low, high in queries:
            found.append(
                totals[high] - totals[low] if 0 <= low <= high < len(totals) else sum(numbers[low:high])
            )
        return found

Inputs:
    ([3, 1, 2], [(0, 3), (1, 2), (2, 2)])
    ([3, 1, 2], [(2, 1), (-1, 5), (-2, -1)])
    ([], [(0, 0)])

When it is unsafe: floats, whose sums depend on the order, and a list that changes in the loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, NotApplicable, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.guards import has_fast_way, list_of_integers
from velox_engine.strategies.loops import Place, constant, places
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import fits
from velox_engine.strategies.totals import subtract_totals


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not context.is_builtin("sum"):
        return
    done: set[ast.AST] = set()
    for place in places(context.node):
        if place.loops or has_fast_way(context, place.statement, "map(type"):
            continue
        for bound, inside in _repeated(place.statement):
            calls: dict[str, list[tuple[ast.Call, ast.expr, ast.expr]]] = {}
            for call, name, low, high in _sums(inside):
                if call not in done and not _is_otherwise(context, call) and all_names([low, high]) & bound:
                    calls.setdefault(name, []).append((call, low, high))
            for name, found in calls.items():
                rewrite = _totals(context, place, name, bound, found)
                if rewrite:
                    done.update(call for call, _, _ in found)
                    yield rewrite


def _repeated(statement: ast.stmt) -> Iterator[tuple[set[str], Sequence[ast.AST]]]:
    """(the names that change with each turn, what is done in it) of the loops and comprehensions of a statement."""
    if isinstance(statement, ast.For):
        if not match_expr("range(M_n)", statement.iter) and not match_expr("enumerate(M_x)", statement.iter):
            yield written_names([statement]), statement.body
        return
    if not isinstance(statement, ast.Assign | ast.Return | ast.Expr | ast.AugAssign | ast.AnnAssign):
        return
    for node in ast.walk(statement):
        if isinstance(node, ast.ListComp | ast.GeneratorExp) and len(node.generators) == 1:
            clause = node.generators[0]
            if not match_expr("range(M_n)", clause.iter) and not match_expr("enumerate(M_x)", clause.iter):
                yield written_names([clause.target]), [node.elt, *clause.ifs]


def _sums(inside: Sequence[ast.AST]) -> Iterator[tuple[ast.Call, str, ast.expr, ast.expr]]:
    """The calls sum(xs[low:high]) whose bounds are names, items at a constant, or one of these plus a number."""
    for top in inside:
        for node in ast.walk(top):
            if not isinstance(node, ast.Call):
                continue
            found = match_expr("sum(M_x[M_l:M_h])", node)
            if (
                found
                and isinstance(found["M_x"], ast.Name)
                and _is_bound(found["M_l"])
                and _is_bound(found["M_h"])
            ):
                yield node, found["M_x"].id, found["M_l"], found["M_h"]


def _is_otherwise(context: FunctionContext, call: ast.Call) -> bool:
    """Whether it is what remains for other bounds than a fast way around it takes."""
    parent = context.parents.get(call)
    return isinstance(parent, ast.IfExp) and parent.orelse is call


def _is_bound(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return type(constant(node.right)) is int and _is_bound(node.left)
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Name) and type(constant(node.slice)) is int
    return isinstance(node, ast.Name)


def _totals(
    context: FunctionContext,
    place: Place,
    name: str,
    bound: set[str],
    calls: Sequence[tuple[ast.Call, ast.expr, ast.expr]],
) -> Rewrite | None:
    statement = place.statement
    if name in bound or not keeps_contents(context, name, [statement]):
        return None
    try:
        tests = list_of_integers(context, name)
    except NotApplicable:
        return None
    totals = context.fresh("totals", "prefix_sums")
    context.need_builtins("len")
    parts: dict[ast.AST, str] = {
        call: _difference(context, call, low, high, totals) for call, low, high in calls
    }
    return subtract_totals(context, statement, name, totals, parts, tests)


def _difference(context: FunctionContext, call: ast.Call, low: ast.expr, high: ast.expr, totals: str) -> str:
    """The difference of two totals where both bounds lie in the list, and the sum of the slice elsewhere."""
    first, last = context.text(low), context.text(high)
    tests = [
        f"isinstance({context.text(one)}, int)"
        for one in (low, high)
        if isinstance(one, ast.Name | ast.Subscript) and context.inference.of(one).name != "int"
    ]
    if tests:
        context.need_builtins("isinstance", "int")
    inside = " and ".join([*tests, f"0 <= {first} <= {last} < len({totals})"])
    text = f"{totals}[{last}] - {totals}[{first}] if {inside} else {context.text(call)}"
    parent = context.parents.get(call)
    alone = isinstance(parent, ast.Call) and call in parent.args and len(parent.args) == 1
    statement = _statement(context, call)
    code = context.text(statement).replace(context.text(call), text)
    if alone and not fits(context, code, statement, 100):
        indent = context.layout.indent(statement)
        return f"\n{indent}{context.layout.unit}{text}\n{indent}"
    return text if alone or isinstance(parent, ast.Assign | ast.Return) else f"({text})"


def _statement(context: FunctionContext, node: ast.AST) -> ast.stmt:
    while not isinstance(node, ast.stmt):
        node = context.parents[node]
    return node


STRATEGY = BuiltinStrategy("range-queries", "precomputation", _build, __doc__ or "", ())
