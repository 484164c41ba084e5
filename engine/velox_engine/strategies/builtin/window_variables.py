"""Keeps a short sliding window in variables instead of appending to and popping from a list.

What it does: a list of a few values to which each turn appends one and from whose front it pops one is unpacked into
variables around the loop.

Example:
    def tribonacci(n: int):
        last = [0, 0, 1]
        for _ in range(n):
            last.append(last[-1] + last[-2] + last[-3])
            last.pop(0)
        return last[-1]

Result:
    def tribonacci(n: int):
        last = [0, 0, 1]
        last_0, last_1, last_2 = last
        for _ in range(n):
            last_0, last_1, last_2 = last_1, last_2, last_2 + last_1 + last_0
        last[:] = last_0, last_1, last_2
        return last[-1]

Inputs:
    (0,)
    (10,)

When it is unsafe: when the list is seen by anything else while the loop runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import effects_of, only_binding
from velox_engine.strategies.loops import constant, places, stands_in_try
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.rendering import render


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or len(loop.body) != 2:
            continue
        added = match_stmt("M_x.append(M_e)", loop.body[0])
        popped = match_stmt("M_x.pop(0)", loop.body[1])
        if not added or not popped or not isinstance(added["M_x"], ast.Name):
            continue
        name = added["M_x"].id
        if not isinstance(popped["M_x"], ast.Name) or popped["M_x"].id != name or name in context.scope.inner:
            continue
        value = only_binding(context, name)
        if not isinstance(value, ast.List) or not 2 <= len(value.elts) <= 8:
            continue
        size = len(value.elts)
        if any(isinstance(item, ast.Starred) for item in value.elts) or _changed_elsewhere(
            context, name, loop
        ):
            continue
        variables = [f"{name}_{at}" for at in range(size)]
        if set(variables) & context.taken_names or name in all_names([loop.iter]):
            continue
        parts: dict[ast.AST, str] = {}
        for node in ast.walk(added["M_e"]):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
                at = constant(node.slice)
                if isinstance(at, int) and -size <= at < size:
                    parts[node] = variables[at]
        if not parts or len(parts) != sum(
            isinstance(n, ast.Name) and n.id == name for n in ast.walk(added["M_e"])
        ):
            continue
        # An exception on the way would leave the list as it was before the loop.
        if effects_of(context, [added["M_e"]]).calls_unknown or stands_in_try(context, loop):
            continue
        names = ", ".join(variables)
        shifted = ", ".join([*variables[1:], render(context, added["M_e"], parts)])
        layout = context.layout
        edits = [
            layout.insert_before(loop, f"{names} = {name}"),
            layout.replace_statements(loop.body[0], loop.body[1], f"{names} = {shifted}"),
            layout.insert_after(loop, f"{name}[:] = {names}"),
        ]
        done = tuple(edit for edit in edits if edit is not None)
        if len(done) == 3:
            yield Rewrite(done, "keep the window in variables")


def _changed_elsewhere(context: FunctionContext, name: str, loop: ast.For) -> bool:
    """Whether anything outside of the loop may change the length of the list or share it."""
    inside = set(ast.walk(loop))
    for node in ast.walk(context.node):
        if (
            isinstance(node, ast.Name)
            and node.id == name
            and node not in inside
            and isinstance(node.ctx, ast.Load)
        ):
            parent = context.parents.get(node)
            if isinstance(parent, ast.Return | ast.Subscript) and not (
                isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load)
            ):
                continue
            return True
    return False


STRATEGY = BuiltinStrategy("window-variables", "memory_layout", _build, __doc__ or "")
