"""Hands a set to a function that only tests membership in what it is given, instead of a list each time.

What it does: a loop that passes the same list or tuple to a function of the file, which does nothing with it but `in`,
makes a set of it once before the loop and passes that. The function itself stays as it is.

Example:
    def is_known(word: str, known) -> bool:
        return word.lower() in known


    def unknown(words: list[str], known: list[str]):
        result = []
        for word in words:
            if not is_known(word, known):
                result.append(word)
        return result

Result:
    def is_known(word: str, known) -> bool:
        return word.lower() in known


    def unknown(words: list[str], known: list[str]):
        result = []
        known_set = set(known)
        for word in words:
            if not is_known(word, known_set):
                result.append(word)
        return result

Inputs:
    (["A", "b"], ["a"])
    ([], [])

When it is unsafe: when the elements, or what is looked for, are not hashable; when the list changes in the loop; and
for a str, in which `in` finds parts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters, scope_of
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or place.loops:
            continue
        for name in sorted(context.scope.bound - context.scope.inner):
            edits = _edits(context, loop, name)
            if edits:
                yield Rewrite(tuple(edits), f"pass {name} as a set made once")


def _edits(context: FunctionContext, loop: ast.For, name: str) -> list[TextEdit] | None:
    shape = context.inference.of(ast.Name(name, ast.Load()))
    if shape.name not in ("list", "tuple") or not element_of(shape).hashable:
        return None
    if not keeps_contents(context, name, [loop]):
        return None
    passed: list[ast.Name] = []
    for statement in loop.body:
        for node in loads_of(name, statement):
            call = context.parents.get(node)
            if not isinstance(call, ast.Call) or node not in call.args or not isinstance(call.func, ast.Name):
                continue
            helper = context.known_functions.get(call.func.id)
            if helper is not None and _only_searched(helper, call.args.index(node)):
                passed.append(node)
    if not passed:
        return None
    context.need_builtins("set")
    table = context.fresh(f"{name}_set", f"{name}_lookup")
    before = context.layout.insert_before(loop, f"{table} = set({name})")
    return [before, *(context.layout.replace(node, table) for node in passed)] if before else None


def _only_searched(helper: ast.FunctionDef, position: int) -> bool:
    """Whether the parameter at a position is used for nothing but `x in …`, where x is hashable."""
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


STRATEGY = BuiltinStrategy("lookup-argument", "data_structure", _build, __doc__ or "")
