"""Adds all elements of an iterable with one `extend` or `update` instead of one call each.

What it does: a loop that only appends its element to a list becomes `extend`, one that only adds it to a set `update`.

Example:
    def flatten(rows):
        result = []
        for row in rows:
            for item in row:
                result.append(item)
        return result

Result:
    def flatten(rows):
        result = []
        for row in rows:
            result.extend(row)
        return result

Inputs:
    ([[1, 2], [3]],)
    ([],)
    (["ab"],)

When it is unsafe: when the iterable is the list itself, or computing an element looks at the list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import is_local_new
from velox_engine.strategies.loops import one_line_loops, read_outside
from velox_engine.strategies.patterns import match_stmt, same
from velox_engine.strategies.rendering import one_line


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place, loop, target in one_line_loops(context.node):
        for method, whole, kind in (("append", "extend", "list"), ("add", "update", "set")):
            found = match_stmt(f"M_x.{method}(M_e)", loop.body[0])
            if not found or not isinstance(found["M_x"], ast.Name) or not same(found["M_e"], target):
                continue
            name, items = found["M_x"].id, one_line(context.text(loop.iter))
            if items is None or name in all_names([loop.iter]) or read_outside(context, target.id, loop):
                continue
            if context.inference.of(found["M_x"]).name != kind or not is_local_new(context, name):
                continue
            if (
                any(isinstance(node, ast.Call | ast.Await | ast.Yield) for node in ast.walk(loop.iter))
                and place.loops == ()
            ):
                # A list comprehension or a copy says the same at the place where the list is made.
                continue
            edit = context.layout.replace_statements(loop, loop, f"{name}.{whole}({items})")
            if edit:
                yield Rewrite((edit,), f"{whole} in one call")


STRATEGY = BuiltinStrategy("extend-at-once", "builtin_substitution", _build, __doc__ or "")
