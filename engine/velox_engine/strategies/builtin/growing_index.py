"""Finds the group that something belongs to in a dict that grows with the list of groups.

What it does: a loop that searches a list of groups for one whose key equals that of the element at hand, and appends a
new group where there is none, visits only groups with that key: each new group is entered under its key. What is done
with the group found, and the order of the groups, stay as they are.

Example:
    def totals(bookings: list[tuple[str, int]]):
        rows = []
        for name, amount in bookings:
            for row in rows:
                if row[0] == name:
                    row[1] += amount
                    break
            else:
                rows.append([name, amount])
        return rows

Result:
    def totals(bookings: list[tuple[str, int]]):
        rows = []
        rows_by_key = {}
        for name, amount in bookings:
            for row in rows_by_key.get(name, ()):
                if row[0] == name:
                    row[1] += amount
                    break
            else:
                rows.append([name, amount])
                rows_by_key.setdefault(rows[-1][0], []).append(rows[-1])
        return rows

Inputs:
    ([("a", 1), ("b", 2), ("a", 3)],)
    ([],)

When it is unsafe: keys that are not hashable; groups whose key changes, or that are removed or put in another order.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, loads_of, parameters, stores_of, written_names
from velox_engine.strategies.effects import bindings_of, effects_of, is_private, is_separate, root_name
from velox_engine.strategies.loops import constant, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import PURE_METHODS, is_pure
from velox_engine.strategies.rendering import render
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        inner, outer = place.statement, place.loops[0] if place.loops else None
        if outer is None or not isinstance(inner, ast.For) or not isinstance(inner.iter, ast.Name):
            continue
        if not isinstance(inner.target, ast.Name) or len(inner.body) != 1:
            continue
        edits = _edits(context, outer, inner, inner.iter.id, inner.target.id)
        if edits:
            yield Rewrite(tuple(edits), "look the group up in a dict that grows with the list")


def _edits(
    context: FunctionContext, outer: ast.For | ast.While, inner: ast.For, groups: str, group: str
) -> list[TextEdit] | None:
    branch = inner.body[0]
    if not isinstance(branch, ast.If) or branch.orelse or read_outside(context, group, inner):
        return None
    asked = _key(context, branch.test, group)
    created = _created(context, groups)
    appends = _appends(context, outer, inner, groups)
    if asked is None or created is None or not appends or groups == group:
        return None
    key, wanted = asked
    if not _keeps_keys(context, outer, groups, group, key, wanted):
        return None
    index, layout = context.fresh(f"{groups}_by_key", f"{groups}_index"), context.layout
    last = f"{groups}[-1]"
    entered = render(context, key, dict.fromkeys(loads_of(group, key), last))
    sought = context.text(wanted)
    if match_expr("sorted(M_x)", key) and match_expr("sorted(M_x)", wanted):
        context.need_builtins("tuple", "sorted")
        entered, sought = f"tuple({entered})", f"tuple({sought})"
    if "\n" in entered + sought:
        return None
    edits = [
        layout.insert_after(created, f"{index} = {{}}"),
        layout.replace(inner.iter, f"{index}.get({sought}, ())"),
        *(layout.insert_after(one, f"{index}.setdefault({entered}, []).append({last})") for one in appends),
    ]
    return [edit for edit in edits if edit] if all(edits) else None


def _key(context: FunctionContext, test: ast.expr, group: str) -> tuple[ast.expr, ast.expr] | None:
    """(key of a group, what it must equal) of the test, or of its first part."""
    first = test.values[0] if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else test
    if not (isinstance(first, ast.Compare) and len(first.ops) == 1 and isinstance(first.ops[0], ast.Eq)):
        return None
    for key, wanted in ((first.left, first.comparators[0]), (first.comparators[0], first.left)):
        if group in all_names([wanted]) or not is_pure(context, key) or not is_pure(context, wanted):
            continue
        # The key depends on one constant place of the group alone.
        loads = loads_of(group, key)
        if loads and len({_place(context, load) for load in loads} | {...}) == 2:
            names = all_names([key]) - {group}
            if all(context.is_builtin(name) for name in names):
                return key, wanted
    return None


def _place(context: FunctionContext, load: ast.AST) -> object:
    """The constant with which a load of the group is subscripted; `...` for any other use."""
    parent = context.parents.get(load)
    if not isinstance(parent, ast.Subscript) or parent.value is not load:
        return ...
    at = constant(parent.slice)
    return at if isinstance(at, str) or (type(at) is int and isinstance(at, int) and at >= 0) else ...


def _created(context: FunctionContext, groups: str) -> ast.stmt | None:
    """The statement that makes the list, empty: the only one that binds the name."""
    values = bindings_of(context, groups)
    if len(values) != 1 or groups in parameters(context.node) or groups in context.scope.inner:
        return None
    if len(stores_of(groups, context.own)) > 1:
        return None  # `groups += …`
    if values[0] is None or not (match_expr("[]", values[0]) or match_expr("list()", values[0])):
        return None
    return next(
        (one for one in context.node.body if isinstance(one, ast.Assign) and one.value is values[0]), None
    )


def _appends(
    context: FunctionContext, outer: ast.For | ast.While, inner: ast.For, groups: str
) -> list[ast.stmt] | None:
    """The statements that append a group; None where the list is used in another way before the loop has ended."""
    found: list[ast.stmt] = []
    end = context.layout.end(outer)
    for load in loads_of(groups, context.node):
        if load is inner.iter or context.layout.start(load) > end:
            continue
        attribute = context.parents.get(load)
        call = context.parents.get(attribute) if attribute is not None else None
        statement = context.parents.get(call) if call is not None else None
        if (
            not isinstance(statement, ast.Expr)
            or not match_stmt(f"{groups}.append(M_x)", statement)
            or statement not in set(ast.walk(outer))
        ):
            return None
        found.append(statement)
    return found


def _keeps_keys(
    context: FunctionContext,
    outer: ast.For | ast.While,
    groups: str,
    group: str,
    key: ast.expr,
    wanted: ast.expr,
) -> bool:
    """Whether the outer loop changes neither the keys of groups nor, behind their back, what they are made of."""
    effects = effects_of(context, [outer])
    inside = [node for node in ast.walk(outer) if isinstance(node, ast.Name) and node.id == group]
    if effects.calls_unknown or group in all_names([wanted]) or group in context.scope.inner:
        return False
    if not all(_leaves_key(context, node, key, group) for node in inside):
        return False
    others = set(effects.mutated) - {groups, group}
    # Ex) `row = [name]`, `rows.append(row)`, `row[0] = other`
    added = [node for node in ast.walk(outer) if match_expr(f"{groups}.append(M_x)", node)]
    if any(others & all_names([one.args[0]]) for one in added if isinstance(one, ast.Call)):
        return False
    return groups not in written_names([outer]) and all(
        is_private(context, name) or is_separate(context, name) for name in others
    )


def _leaves_key(context: FunctionContext, node: ast.Name, key: ast.expr, group: str) -> bool:
    """Whether one use of a group cannot change its key: reading, `row[1] += x`, `row.append(x)`."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.AugAssign) and parent.target is node:
        return False  # `row |= …` may change the key
    if isinstance(node.ctx, ast.Store):
        return True  # the inner loop's own target: other bindings would be read outside of it
    place = next(_place(context, load) for load in loads_of(group, key))
    if isinstance(parent, ast.Subscript) and parent.value is node:
        at = _place(context, node)
        top: ast.AST = parent
        while isinstance(context.parents.get(top), ast.Subscript | ast.Attribute):
            top = context.parents[top]
        call = context.parents.get(top)
        stores = isinstance(top, ast.Subscript | ast.Attribute) and not isinstance(top.ctx, ast.Load)
        calls = (
            isinstance(call, ast.Call)
            and call.func is top
            and isinstance(top, ast.Attribute)
            and top.attr not in PURE_METHODS
        )
        return at not in (..., place) or not (stores or calls)
    if isinstance(parent, ast.Attribute) and root_name(parent) == group:
        call = context.parents.get(parent)
        grows = parent.attr in ("append", "extend") and isinstance(place, int)
        return isinstance(call, ast.Call) and call.func is parent and (grows or parent.attr in PURE_METHODS)
    return False


STRATEGY = BuiltinStrategy("growing-index", "data_structure", _build, __doc__ or "")
