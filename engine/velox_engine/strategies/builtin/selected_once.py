"""Selects the rows of a data frame once, before a loop that would select the same ones in each turn.

What it does: `frame[frame["price"] > 100][name].sum()` inside a loop reads from a selection made before it, where
the loop only reads the frame and the selection.

Example:
    import pandas as pd


    def expensive(frame: pd.DataFrame, names: list[str]) -> list:
        result = []
        for name in names:
            result.append(frame[frame["price"] > 100][name].sum())
        return result

Result:
    import pandas as pd


    def expensive(frame: pd.DataFrame, names: list[str]) -> list:
        result = []
        frame_selected = frame[frame["price"] > 100]
        for name in names:
            result.append(frame_selected[name].sum())
        return result

Inputs:
    (pd.DataFrame({"price": [1, 200], "count": [3, 4]}), ["price", "count"])
    (pd.DataFrame({"price": [1]}), [])

When it is unsafe: when the loop changes the frame, the selection or what it is compared with. A missing column is an
error even when the loop has no turn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import is_separate, root_name
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.purity import PURE_BUILTINS

_READING = frozenset(
    {"sum", "mean", "median", "min", "max", "std", "var", "count", "nunique", "unique", "tolist", "to_numpy", "head",
     "tail", "any", "all", "quantile", "describe", "value_counts", "isin", "isna", "notna", "abs", "round", "keys",
     "items", "values", "get", "lower", "upper", "strip", "format", "join", "startswith", "endswith"}
)  # fmt: skip
_ADDING = frozenset({"append", "add", "extend", "update"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if place.loops or not isinstance(loop, ast.For) or not _only_reads(context, loop):
            continue
        groups: list[list[ast.Subscript]] = []
        for node in (node for one in loop.body for node in ast.walk(one)):
            if isinstance(node, ast.Subscript) and _is_selection(context, node, loop):
                group = next((group for group in groups if same(group[0], node)), None)
                if group is None:
                    groups.append([node])
                else:
                    group.append(node)
        for group in groups:
            frame = root_name(group[0])
            name = context.fresh(f"{frame}_selected", f"selected_of_{frame}")
            above = context.layout.insert_before(loop, f"{name} = {context.text(group[0])}")
            if above and "\n" not in context.text(group[0]):
                edits = (above, *(context.layout.replace(node, name) for node in group))
                yield Rewrite(edits, "select the rows once, before the loop")


def _is_selection(context: FunctionContext, node: ast.Subscript, loop: ast.For) -> bool:
    """frame[frame["price"] > limit], of which a column is read on the spot"""
    found = match_expr("M_f[M_m]", node)
    frame = found["M_f"] if found else None
    if not found or not isinstance(frame, ast.Name) or not isinstance(node.ctx, ast.Load):
        return False
    if context.inference.of(frame).name != "dataframe" or not _is_mask(found["M_m"], frame):
        return False
    changing = written_names([*loop.body, loop.target])
    if any(isinstance(part, ast.Name) and part.id in changing for part in ast.walk(node)):
        return False
    parent = context.parents.get(node)
    if (
        not isinstance(parent, ast.Subscript)
        or parent.value is not node
        or not isinstance(parent.ctx, ast.Load)
    ):
        return False
    # A column that is kept would be part of the one selection.
    above = context.parents.get(parent)
    call = context.parents.get(above) if isinstance(above, ast.Attribute) else None
    return isinstance(above, ast.Attribute) and isinstance(call, ast.Call) and above.attr in _READING


def _is_mask(node: ast.expr, frame: ast.Name) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return _is_mask(node.left, frame) and _is_mask(node.right, frame)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return False
    column = match_expr("M_f[M_c]", node.left)
    is_column = column is not None and same(column["M_f"], frame) and isinstance(constant(column["M_c"]), str)
    return is_column and isinstance(node.comparators[0], ast.Name | ast.Constant | ast.UnaryOp)


def _only_reads(context: FunctionContext, loop: ast.For) -> bool:
    """Whether all that the loop calls reads, or adds to a list made in the function; nothing else is assigned to."""
    for node in (node for one in loop.body for node in ast.walk(one)):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            root = root_name(node)
            if root is None or not is_separate(context, root):
                return False
        if isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Delete):
            return False
        if isinstance(node, ast.Call) and not _is_reading(context, node):
            return False
    return True


def _is_reading(context: FunctionContext, call: ast.Call) -> bool:
    if any(keyword.arg == "inplace" for keyword in call.keywords):
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id in PURE_BUILTINS | {"print"} and context.is_builtin(call.func.id)
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr in _ADDING:
        return isinstance(call.func.value, ast.Name) and is_separate(context, call.func.value.id)
    return call.func.attr in _READING


STRATEGY = BuiltinStrategy("selected-once", "dataframe_vectorization", _build, __doc__ or "", ("VX616",))
