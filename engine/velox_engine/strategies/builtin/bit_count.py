"""Counts the bits of an integer with its own method instead of by its text.

What it does: `bin(n).count("1")` becomes `n.bit_count()`.

Example:
    def weight(n: int) -> int:
        return bin(n).count("1")

Result:
    def weight(n: int) -> int:
        return n.bit_count()

Inputs:
    (13,)
    (-5,)

When it is unsafe: before Python 3.10, where the method does not exist: on such an interpreter it is refuted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call):
            continue
        found = match_expr("bin(M_n).count('1')", node) or match_expr("bin(M_n)[2:].count('1')", node)
        if not found or not context.is_builtin("bin") or not context.inference.of(found["M_n"]).is_whole:
            continue
        new = f"{context.operand(found['M_n'])}.bit_count()"
        if not isinstance(found["M_n"], ast.Constant):
            yield Rewrite((context.layout.replace(node, new),), "count the bits without making text of them")


STRATEGY = BuiltinStrategy("bit-count", "builtin_substitution", _build, __doc__ or "", ("VX604",))
