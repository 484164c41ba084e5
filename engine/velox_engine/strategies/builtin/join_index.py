"""Groups the rows of an inner loop by the key that it compares, and visits only those that match.

What it does: a loop over all rows for each element of an outer loop, whose body does something only where a key of the
row equals a value of the outer loop, goes through the rows with that key, in the same order. They are grouped once,
before the outer loop. The same goes for a comprehension that filters all rows by such a key, and where the rows are an
attribute, the items of a dict or the positions of a list (`for j in range(len(xs)): if xs[j] == x`). The comparison
stays, for values such as NaN that are found but not equal.

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
from velox_engine.strategies.effects import (
    effects_of,
    is_private,
    is_separate,
    keeps_contents,
    keeps_value,
    root_name,
)
from velox_engine.strategies.loops import constant, places, range_parts, read_outside, stands_in_try
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import PURE_METHODS, is_pure

_NOT_ROWS = frozenset(
    {"str", "int", "float", "bool", "iterator", "generator", "ndarray", "dataframe", "range"}
)


_CONSUMERS = frozenset({"all", "any", "dict", "list", "max", "min", "next", "set", "sorted", "sum", "tuple"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        inner, outer = place.statement, place.loops[-1] if place.loops else None
        if not isinstance(outer, ast.For):
            continue
        if isinstance(inner, ast.For) and len(inner.body) == 1 and isinstance(inner.body[0], ast.If):
            branch = inner.body[0]
            if not branch.orelse:
                rewrite = _indexed(context, outer, inner, branch.test)
                if rewrite:
                    yield rewrite
        if isinstance(inner, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Return):
            for node in ast.walk(inner):
                rewrite = _filtered(context, outer, node)
                if rewrite:
                    yield rewrite
                    break


def _filtered(context: FunctionContext, outer: ast.For, node: ast.AST) -> Rewrite | None:
    if not isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return None
    first = node.generators[0]
    if not first.ifs or first.is_async:
        return None
    if isinstance(node, ast.GeneratorExp):
        # One that is kept looks for what the outer loop's variable holds in the end.
        call = context.parents.get(node)
        function = call.func if isinstance(call, ast.Call) else None
        if not (
            isinstance(function, ast.Name) and function.id in _CONSUMERS and context.is_builtin(function.id)
        ):
            return None
    return _indexed(context, outer, first, first.ifs[0])


def _indexed(
    context: FunctionContext, outer: ast.For, inner: ast.For | ast.comprehension, test: ast.expr
) -> Rewrite | None:
    """The rewrite for one pass over rows, a loop or a comprehension, that does nothing where `test` is false."""
    rows = inner.iter
    own = written_names([inner.target])
    name = _called(context, outer, rows)
    if name is None or all_names([rows]) & own:
        return None
    tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    if stands_in_try(context, outer):
        return None  # a key that raises would do so before anything is found
    keys, earlier = None, list[ast.expr]()
    for one in tests:
        keys = _keys(context, one, own, written_names([outer]))
        # What stands before the key is asked of fewer rows, so it must be plain.
        if keys or not _is_plain(one):
            break
        earlier.append(one)
    if keys is None:
        return None
    key, wanted = keys
    if not _may_be_read(context, rows, key, earlier, own):
        return None
    if not _are_left_alone(context, outer, all_names([rows]), own, key):
        return None
    if isinstance(inner, ast.For) and any(read_outside(context, name, inner) for name in own):
        return None
    # Grouping binds the names of the row before the outer loop: of a comprehension they were its own.
    if not isinstance(inner, ast.For) and own & (context.scope.bound | all_names([outer.iter])):
        return None
    if any(context.inference.of(one).name in ("list", "dict", "set") for one in (key, wanted)):
        return None
    index = context.fresh(f"{name}_by_key", f"{name}_index")
    target, unit = context.text(inner.target), context.layout.unit
    kept = target if isinstance(inner.target, ast.Name) else f"({', '.join(_names(inner.target))})"
    if kept == "()":
        return None
    if (key_text := context.text(key)).count("\n") or "\n" in context.text(wanted):
        return None
    before = context.layout.insert_before(
        outer,
        f"{index} = {{}}\nfor {target} in {context.text(rows)}:\n"
        f"{unit}{index}.setdefault({key_text}, []).append({kept})",
    )
    edit = context.layout.replace(rows, f"{index}.get({context.text(wanted)}, ())")
    if before is None:
        return None
    return Rewrite((before, edit), "group the rows by their key once") if edit else None


def _may_be_read(
    context: FunctionContext, rows: ast.expr, key: ast.expr, earlier: list[ast.expr], own: set[str]
) -> bool:
    """Whether the key can be read of all rows, not only of those that the tests `earlier` let through."""
    counted = range_parts(context, rows)
    if counted:
        # Only of the list that was measured every position holds something.
        return any(match_expr(f"{name}[{index}]", key) for name in all_names([counted[1]]) for index in own)
    if isinstance(key, ast.Subscript) and isinstance(constant(key.slice), str):
        # A constant tells of what kind a row is, and those of another kind may have other keys.
        constants = [test for test in earlier if any(isinstance(node, ast.Constant) for node in _sides(test))]
        return not any(all_names([test]) & own for test in constants)
    parts = {ast.dump(node) for node in ast.walk(key) if node is not key and isinstance(node, ast.expr)}
    return not any(ast.dump(side) in parts for test in earlier for side in _sides(test))


def _sides(test: ast.expr) -> list[ast.expr]:
    """What a comparison compares."""
    return [test.left, *test.comparators] if isinstance(test, ast.Compare) else [test]


def _called(context: FunctionContext, outer: ast.For, rows: ast.expr) -> str | None:
    """What the rows are called, where going over them gives the same each time; None where that is not sure."""
    if isinstance(rows, ast.Name):
        return None if context.inference.of(rows).name in _NOT_ROWS else rows.id
    if isinstance(rows, ast.Attribute):
        # What an attribute holds may be an iterator, and a property may make another one each time.
        known = context.inference.of(rows).name in ("list", "tuple", "dict", "set")
        sure = isinstance(rows.value, ast.Name) and (known or _is_kept_list(context, rows))
        return rows.attr if sure and keeps_contents(context, rows, [outer]) else None
    items = match_expr("M_d.items()", rows)
    if items and isinstance(items["M_d"], ast.Name):
        return items["M_d"].id if keeps_contents(context, items["M_d"], [outer]) else None
    counted = range_parts(context, rows)
    if counted and keeps_value(context, rows, [outer]):
        # Only of a length it is sure that every position may be read.
        measured = match_expr("len(M_x)", counted[1])
        listed = measured["M_x"] if measured and context.is_builtin("len") else None
        return listed.id if isinstance(listed, ast.Name) and constant(counted[0]) == 0 else None
    return None


def _is_kept_list(context: FunctionContext, rows: ast.Attribute) -> bool:
    """Whether the class around only ever stores lists or tuples under the attribute: `self.rows = list(rows)`."""
    owner = context.enclosing[-1] if context.enclosing else None
    first = context.node.args.args[0].arg if context.node.args.args else ""
    if not isinstance(owner, ast.ClassDef) or not isinstance(rows.value, ast.Name) or rows.value.id != first:
        return False
    stored = [
        node.value
        for method in owner.body
        if isinstance(method, ast.FunctionDef)
        for node in ast.walk(method)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == rows.attr
    ]
    return bool(stored) and all(
        isinstance(value, ast.List | ast.Tuple | ast.ListComp)
        or (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id in ("list", "tuple", "sorted")
            and context.is_builtin(value.func.id)
        )
        for value in stored
    )


def _is_plain(test: ast.expr) -> bool:
    """A comparison of names, constants and their items, which tells rows apart and does nothing else."""
    return isinstance(test, ast.Compare) and all(
        isinstance(part, ast.Name | ast.Constant | ast.Subscript | ast.Load | ast.cmpop)
        for side in (test.left, *test.comparators, *test.ops)
        for part in ast.walk(side)
    )


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
    context: FunctionContext, outer: ast.For, rows: set[str], own: set[str], key: ast.expr
) -> bool:
    """Whether nothing in the loops changes the rows or what their keys are made of."""
    effects = effects_of(context, [outer])
    names = all_names([key]) | rows
    mutated = set(effects.mutated)
    if _stores_beside(outer, own, key):
        mutated -= own
    if rows & effects.written or effects.calls_unknown or names & mutated:
        return False
    return all(is_private(context, name) or is_separate(context, name) for name in mutated)


def _stores_beside(outer: ast.For, own: set[str], key: ast.expr) -> bool:
    """Whether rows change only by setting items under other constants than the key's: `row[1] -= count`."""
    read = constant(key.slice) if isinstance(key, ast.Subscript) and isinstance(key.value, ast.Name) else ...
    if read is ...:
        return False
    for node in ast.walk(outer):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            if root_name(node) in own and not (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and _is_another(constant(node.slice), read)
            ):
                return False
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            if node.target.id in own:
                return False
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and root_name(node.func) in own
            and node.func.attr not in PURE_METHODS
        ):
            return False
    return True


def _is_another(stored: object, read: object) -> bool:
    """Whether two constant indices are sure to be of different items (-1 may be the same one as 1)."""
    if type(stored) is int and type(read) is int:
        return stored != read and stored >= 0 and read >= 0
    return isinstance(stored, str) and isinstance(read, str) and stored != read


STRATEGY = BuiltinStrategy("join-index", "algorithm_change", _build, __doc__ or "", ("VX114",))
