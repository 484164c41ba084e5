"""Looks for values of a dict in a set of them instead of scanning the dict again and again.

What it does: `x in table.values()` inside a loop that leaves the dict alone asks a set that is made once before the
loop; likewise `x in [row.lower() for row in rows]`, a list that each turn would build anew.

Example:
    def used(names: list[str], aliases: dict[str, str]) -> list[str]:
        found = []
        for name in names:
            if name in aliases.values():
                found.append(name)
        return found

Result:
    def used(names: list[str], aliases: dict[str, str]) -> list[str]:
        found = []
        aliases_values = set(aliases.values())
        for name in names:
            if name in aliases_values:
                found.append(name)
        return found

Inputs:
    (["a", "b"], {"x": "a"})
    ([], {})

When it is unsafe: values that cannot be hashed raise TypeError in a set; so their type, and that of what is looked for,
must be known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places, stands_in_loop
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import cannot_raise


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if place.loops or not isinstance(
            statement, ast.For | ast.Assign | ast.Return | ast.Expr | ast.AugAssign
        ):
            continue
        questions: dict[str, list[ast.Compare]] = {}
        for node in ast.walk(statement):
            if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.In | ast.NotIn):
                continue
            if len(node.ops) != 1 or not stands_in_loop(context, node):
                continue
            if _is_of_dict(context, node, statement) or _is_of_list(context, node, statement):
                questions.setdefault(context.text(node.comparators[0]), []).append(node)
        for nodes in questions.values():
            made = _set_of(context, nodes[0].comparators[0])
            above = context.layout.insert_before(statement, f"{made[0]} = {made[1]}") if made else None
            if made and above:
                edits = (above, *(context.layout.replace(node.comparators[0], made[0]) for node in nodes))
                yield Rewrite(edits, "look the values up in a set that is built once")


def _set_of(context: FunctionContext, searched: ast.expr) -> tuple[str, str] | None:
    """The name and the text of the set that is searched instead."""
    found = match_expr("M_d.values()", searched)
    if found and isinstance(found["M_d"], ast.Name):
        context.need_builtins("set")
        table = found["M_d"].id
        return context.fresh(f"{table}_values", f"{table}_value_set"), f"set({table}.values())"
    text = context.text(searched)
    if "\n" in text or not isinstance(searched, ast.ListComp):
        return None
    walked = context.text(searched.generators[0].iter)
    return context.fresh(f"{walked}_set", f"set_of_{walked}"), f"{{{text[1:-1].strip()}}}"


def _is_of_dict(context: FunctionContext, node: ast.Compare, statement: ast.stmt) -> bool:
    """x in table.values()"""
    found = match_expr("M_d.values()", node.comparators[0])
    return (
        found is not None
        and isinstance(found["M_d"], ast.Name)
        and _fits(context, node.left, found["M_d"])
        and keeps_contents(context, found["M_d"].id, [statement])
    )


def _is_of_list(context: FunctionContext, node: ast.Compare, statement: ast.stmt) -> bool:
    """x in [row.lower() for row in rows]: made anew in each turn, of a container that stays as it is."""
    listed = node.comparators[0]
    if not isinstance(listed, ast.ListComp) or len(listed.generators) != 1:
        return False
    clause = listed.generators[0]
    held = context.inference.of(clause.iter)
    if clause.is_async or not isinstance(clause.iter, ast.Name) or not held.is_container:
        return False
    own = written_names([clause.target])
    parts = [listed.elt, *clause.ifs]
    if any(
        isinstance(part, ast.Name) and part.id not in own and part.id in context.scope.bound
        for top in parts
        for part in ast.walk(top)
    ):
        return False
    # It is now computed where the loop has no turn, too.
    if not all(cannot_raise(context, part) for part in parts):
        return False
    made, what = context.inference.of(listed.elt), context.inference.of(node.left)
    if not (made.hashable and made.self_equal and what.hashable):
        return False
    return keeps_contents(context, clause.iter.id, [statement])


def _fits(context: FunctionContext, wanted: ast.expr, table: ast.Name) -> bool:
    held, what = context.inference.of(table), context.inference.of(wanted)
    return held.is_mapping and held.value.hashable and held.value.self_equal and what.hashable


STRATEGY = BuiltinStrategy("value-set", "data_structure", _build, __doc__ or "", ("VX123", "VX115"))
