"""Leaves it to the slice to end at the end of a sequence.

What it does: `xs[a:min(b, len(xs))]` becomes `xs[a:b]`: a slice of a built-in sequence ends where the sequence does.

Example:
    def pages(items: list[int], size: int) -> list[list[int]]:
        return [items[at : min(at + size, len(items))] for at in range(0, len(items), size)]

Result:
    def pages(items: list[int], size: int) -> list[list[int]]:
        return [items[at : at + size] for at in range(0, len(items), size)]

Inputs:
    ([1, 2, 3, 4, 5], 2)
    ([], 3)
    ([1], 5)

When it is unsafe: for a bound that may be a float, which `min` could leave out, and for a sequence with slices of its
own. So the bound must be known to be an int, and the sequence must not be of another known type.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr, same

_SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "bytearray", "range"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not context.is_builtin("min") or not context.is_builtin("len"):
        return
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Slice):
            continue
        bound, sequence = node.slice.upper, node.value
        if bound is None or node.slice.step is not None or not isinstance(node.ctx, ast.Load):
            continue
        found = match_expr("min(M_b, len(M_x))", bound) or match_expr("min(len(M_x), M_b)", bound)
        if not found or not isinstance(sequence, ast.Name) or not same(found["M_x"], sequence):
            continue
        shape = context.inference.of(found["M_b"])
        if context.inference.of(sequence).name in _SEQUENCES and shape.is_whole and shape.evidence != "use":
            edit = context.layout.replace(bound, context.text(found["M_b"]))
            yield Rewrite((edit,), "let the slice end where the sequence does")


STRATEGY = BuiltinStrategy("slice-bounds", "builtin_substitution", _build, __doc__ or "")
