"""Asks a Counter for the few most common elements instead of sorting all of them.

What it does: `Counter(xs).most_common()[0]` becomes `most_common(1)[0]`, and `most_common()[:5]` becomes
`most_common(5)`.

Example:
    from collections import Counter


    def favourite(votes: list[str]) -> tuple[str, int]:
        return Counter(votes).most_common()[0]

Result:
    from collections import Counter


    def favourite(votes: list[str]) -> tuple[str, int]:
        return Counter(votes).most_common(1)[0]

Inputs:
    (["a", "b", "a"],)
    (["b", "a"],)

When it is unsafe: never: equal counts come out in the same order, and an empty counter raises the same error.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr

_MOST = 10  # a heap of more elements is no quicker than the sort


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    layout = context.layout
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
            continue
        found = match_expr("M_c.most_common()", node.value)
        if not found or context.inference.of(found["M_c"]).name != "Counter":
            continue
        head = layout.data[layout.start(node.value) : layout.end(node.value)].rstrip()
        if not head.endswith(b"()"):
            continue
        call = layout.text(node.value)[:-1]
        if type(place := constant(node.slice)) is int and 0 <= place < _MOST:
            edit = layout.replace(node.value, f"{call}{place + 1})")
        else:
            few = match_expr("M_x[:M_k]", node)
            count = constant(few["M_k"]) if few else None
            if type(count) is not int or not 0 < count <= _MOST:
                continue
            edit = layout.replace(node, f"{call}{count})")
        yield Rewrite((edit,), "look for the few that are wanted")


STRATEGY = BuiltinStrategy("most-common-few", "sorting_selection", _build, __doc__ or "", ("VX507",))
