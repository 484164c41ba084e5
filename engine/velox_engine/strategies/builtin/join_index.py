"""Groups the rows of an inner loop by the key that it compares, and visits only those that match.

What it does: a loop over all rows for each element of an outer loop, whose body does something only where a key of the
row equals a value of the outer loop, goes through the rows with that key, in the same order. They are grouped once,
before the outer loop. The comparison stays, for values such as NaN that are found but not equal.

Example:
    def purchases(customers: list[dict], orders: list[dict]):
        found = []
        for customer in customers:
            for order in orders:
                if order["customer"] == customer["name"]:
                    found.append((customer["name"], order["total"]))
        return found

Result:
    def purchases(customers: list[dict], orders: list[dict]):
        found = []
        orders_by_key = {}
        for order in orders:
            orders_by_key.setdefault(order["customer"], []).append(order)
        for customer in customers:
            for order in orders_by_key.get(customer["name"], ()):
                if order["customer"] == customer["name"]:
                    found.append((customer["name"], order["total"]))
        return found

Inputs:
    ([{"name": "a"}, {"name": "b"}], [{"customer": "b", "total": 1}, {"customer": "b", "total": 2}])
    ([], [])
    ([{"name": "a"}], [])

When it is unsafe: keys that are not hashable; rows or keys that the loops change; an iterator in place of the rows;
and rows without the key when there is no outer element at all.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import effects_of, is_private, is_separate
from velox_engine.strategies.loops import places, read_outside
from velox_engine.strategies.purity import is_pure

_NOT_ROWS = frozenset(
    {"str", "int", "float", "bool", "iterator", "generator", "ndarray", "dataframe", "range"}
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        inner = place.statement
        if not isinstance(inner, ast.For) or not place.loops or len(inner.body) != 1 or inner.orelse:
            continue
        outer = place.loops[-1]
        branch = inner.body[0]
        if not isinstance(outer, ast.For) or not isinstance(branch, ast.If) or branch.orelse:
            continue
        rewrite = _indexed(context, outer, inner, branch)
        if rewrite:
            yield rewrite


def _indexed(context: FunctionContext, outer: ast.For, inner: ast.For, branch: ast.If) -> Rewrite | None:
    rows = inner.iter
    own = written_names([inner.target])
    if not isinstance(rows, ast.Name) or context.inference.of(rows).name in _NOT_ROWS or rows.id in own:
        return None
    tests = (
        branch.test.values
        if isinstance(branch.test, ast.BoolOp) and isinstance(branch.test.op, ast.And)
        else [branch.test]
    )
    keys = _keys(context, tests[0], own, written_names([outer]))
    if keys is None:
        return None
    key, wanted = keys
    if not _are_left_alone(context, outer, rows.id, key, wanted) or any(
        read_outside(context, name, inner) for name in own
    ):
        return None
    if any(context.inference.of(one).name in ("list", "dict", "set") for one in (key, wanted)):
        return None
    index = context.fresh(f"{rows.id}_by_key", f"{rows.id}_index")
    target, unit = context.text(inner.target), context.layout.unit
    kept = target if isinstance(inner.target, ast.Name) else f"({', '.join(_names(inner.target))})"
    if kept == "()":
        return None
    if (key_text := context.text(key)).count("\n") or "\n" in context.text(wanted):
        return None
    before = context.layout.insert_before(
        outer,
        f"{index} = {{}}\nfor {target} in {rows.id}:\n{unit}{index}.setdefault({key_text}, []).append({kept})",
    )
    edit = context.layout.replace(rows, f"{index}.get({context.text(wanted)}, ())")
    if before is None:
        return None
    return Rewrite((before, edit), "group the rows by their key once") if edit else None


def _names(target: ast.expr) -> list[str]:
    """The names of a flat unpacking; none when it is another one."""
    if isinstance(target, ast.Tuple) and all(isinstance(one, ast.Name) for one in target.elts):
        return [one.id for one in target.elts if isinstance(one, ast.Name)]
    return []


def _keys(
    context: FunctionContext, test: ast.expr, own: set[str], around: set[str]
) -> tuple[ast.expr, ast.expr] | None:
    """(key of the row, value of the outer loop) for a test that they are equal."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return None
    for key, wanted in ((test.left, test.comparators[0]), (test.comparators[0], test.left)):
        names = all_names([key])
        apart = names & own and not all_names([wanted]) & own and not (names - own) & around
        if apart and is_pure(context, key) and is_pure(context, wanted) and all_names([wanted]) & around:
            return key, wanted
    return None


def _are_left_alone(
    context: FunctionContext, outer: ast.For, rows: str, key: ast.expr, wanted: ast.expr
) -> bool:
    """Whether nothing in the loops changes the rows or what their keys are made of."""
    effects = effects_of(context, [outer])
    names = all_names([key]) | {rows}
    if rows in effects.written or effects.calls_unknown or names & effects.mutated:
        return False
    return all(is_private(context, name) or is_separate(context, name) for name in effects.mutated)


STRATEGY = BuiltinStrategy("join-index", "algorithm_change", _build, __doc__ or "")
