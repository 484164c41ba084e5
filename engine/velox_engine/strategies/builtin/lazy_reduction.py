"""Adds up or compares the values of a comprehension without making a list of them.

What it does: `sum`, `min` and `max` of a list comprehension take a generator expression instead, so
that the values need not be in memory all at once.

Example:
    def total(rows: list[int]) -> int:
        return sum([row * row for row in rows])

Result:
    def total(rows: list[int]) -> int:
        return sum(row * row for row in rows)

Inputs:
    ([1, 2, 3],)
    ([],)

When it is unsafe: a StopIteration out of the element's expression is an error in a generator, so expressions that call
`next` are left alone. Short lists are added up faster than generators; what is won is memory.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.purity import is_pure

_REDUCING = frozenset({"sum", "min", "max"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    layout = context.layout
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
            continue
        listed = node.args[0]
        if node.func.id not in _REDUCING or not context.is_builtin(node.func.id):
            continue
        if not isinstance(listed, ast.ListComp) or not is_pure(context, listed):
            continue
        if "\n" in context.text(listed):
            continue
        start, end = layout.start(listed), layout.end(listed)
        # The parentheses of the call serve a generator that is its only argument.
        alone = len(node.args) == 1 and not node.keywords
        opening, closing = ("", "") if alone else ("(", ")")
        if alone and layout.data[end : layout.end(node)].strip() != b")":
            continue
        edits = (layout.between(start, start + 1, opening), layout.between(end - 1, end, closing))
        yield Rewrite(edits, "keep no list of the values")


STRATEGY = BuiltinStrategy("lazy-reduction", "lazy_generation", _build, __doc__ or "", ("VX801",))
