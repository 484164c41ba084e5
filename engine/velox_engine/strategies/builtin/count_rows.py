"""Counts the rows that a comparison selects without copying them.

What it does: `len(frame[frame["price"] > 100])` and `frame[…].shape[0]` add up the truths of the comparison, which is
what the selection is made from.

Example:
    import pandas as pd


    def expensive(frame: pd.DataFrame, limit: int) -> int:
        return len(frame[frame["price"] > limit])

Result:
    import pandas as pd


    def expensive(frame: pd.DataFrame, limit: int) -> int:
        return int((frame["price"] > limit).sum())

Inputs:
    (pd.DataFrame({"price": [1, 200]}), 100)
    (pd.DataFrame({"price": [1.5, None]}), 1)
    (pd.DataFrame({"price": []}), 1)

When it is unsafe: where two columns have the same name, the comparison is a frame itself. So only comparisons of a
column of a frame, by its hint, are dealt with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr, same


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Call | ast.Subscript):
            continue
        found = match_expr("len(M_f[M_m])", node) or match_expr("M_f[M_m].shape[0]", node)
        if not found or not isinstance(found["M_f"], ast.Name):
            continue
        if context.inference.of(found["M_f"]).name != "dataframe" or not _is_mask(found["M_m"], found["M_f"]):
            continue
        text = context.text(found["M_m"])
        context.need_builtins("len", "int")
        if "\n" not in text:
            edit = context.layout.replace(node, f"int(({text}).sum())")
            yield Rewrite((edit,), "count the rows instead of copying them")


def _is_mask(node: ast.expr, frame: ast.expr) -> bool:
    """A comparison of a column with a value, or several of them joined: frame["price"] > 100"""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return _is_mask(node.left, frame) and _is_mask(node.right, frame)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return False
    if isinstance(node.ops[0], ast.In | ast.NotIn | ast.Is | ast.IsNot):
        return False
    column = match_expr("M_f[M_c]", node.left)
    return (
        column is not None
        and same(column["M_f"], frame)
        and isinstance(constant(column["M_c"]), str)
        and isinstance(node.comparators[0], ast.Name | ast.Constant | ast.UnaryOp)
    )


STRATEGY = BuiltinStrategy("count-rows", "dataframe_vectorization", _build, __doc__ or "", ("VX619",))
