"""Finds lists that a loop hands to functions which only search them, and hands over sets instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import loads_of, parameters, scope_of
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def passed_as_sets(
    context: FunctionContext, helpers: Mapping[str, ast.FunctionDef]
) -> Iterator[tuple[str, list[TextEdit]]]:
    """Each list that a loop of the function passes to a helper that only searches it, and the edits for a set.

    `helpers` are functions by the text with which this one calls them, such as `words.is_known`.
    """
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or place.loops:
            continue
        for name in sorted(context.scope.bound - context.scope.inner):
            edits = _edits(context, loop, name, helpers)
            if edits:
                yield name, edits


def _edits(
    context: FunctionContext, loop: ast.For, name: str, helpers: Mapping[str, ast.FunctionDef]
) -> list[TextEdit] | None:
    shape = context.inference.of(ast.Name(name, ast.Load()))
    if shape.name not in ("list", "tuple") or not element_of(shape).hashable:
        return None
    if not keeps_contents(context, name, [loop]):
        return None
    passed: list[ast.Name] = []
    for statement in loop.body:
        for node in loads_of(name, statement):
            call = context.parents.get(node)
            if not isinstance(call, ast.Call) or node not in call.args:
                continue
            helper = helpers.get(ast.unparse(call.func))
            if helper is not None and only_searches(helper, call.args.index(node)):
                passed.append(node)
    if not passed:
        return None
    context.need_builtins("set")
    table = context.fresh(f"{name}_set", f"{name}_lookup")
    before = context.layout.insert_before(loop, f"{table} = set({name})")
    return [before, *(context.layout.replace(node, table) for node in passed)] if before else None


def only_searches(helper: ast.FunctionDef, position: int) -> bool:
    """Whether the parameter at a position is used for nothing but `x in …`, where x may be hashable."""
    names = parameters(helper)
    if helper.args.vararg or helper.args.kwarg or position >= len(helper.args.args):
        return False
    name = names[position]
    loads = loads_of(name, helper)
    searched = {
        node.comparators[0]
        for node in ast.walk(helper)
        if isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.In | ast.NotIn)
        and not isinstance(node.left, ast.List | ast.Dict | ast.Set | ast.ListComp)
    }
    rebound = any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in ast.walk(helper)
    )
    return (
        bool(loads)
        and not rebound
        and name not in scope_of(helper).inner
        and all(node in searched for node in loads)
    )
