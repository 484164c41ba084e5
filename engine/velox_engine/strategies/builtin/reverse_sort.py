"""Sorts downwards at once instead of turning the sorted list round.

What it does: `sorted(xs)[::-1]` and `list(reversed(sorted(xs)))` become `sorted(xs, reverse=True)`, for elements that
cannot be told apart when they are equal.

Example:
    def ranking(names: list[str]) -> list[str]:
        return sorted(names)[::-1]

Result:
    def ranking(names: list[str]) -> list[str]:
        return sorted(names, reverse=True)

Inputs:
    (["b", "a", "b"],)
    ([],)

When it is unsafe: `reverse=True` leaves equal elements in their order and turning round does not, so only integers and
strings are dealt with, without a key. An int and a bool that are equal would show.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.shape import element_of


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call | ast.Subscript):
            continue
        found = match_expr("sorted(M_x)[::-1]", node) or match_expr("list(reversed(sorted(M_x)))", node)
        if not found or element_of(context.inference.of(found["M_x"])).name not in ("int", "str", "bytes"):
            continue
        context.need_builtins("sorted", "list", "reversed")
        new = f"sorted({context.text(found['M_x'])}, reverse=True)"
        yield Rewrite((context.layout.replace(node, new),), "sort downwards at once")


STRATEGY = BuiltinStrategy("reverse-sort", "sorting_selection", _build, __doc__ or "", ("VX503",))
