"""Calculates with whole columns instead of calling a function for each row of a data frame.

What it does: `frame.apply(lambda row: row["price"] * row["count"], axis=1)` becomes `frame["price"] * frame["count"]`
where the function only adds, subtracts and multiplies columns. An empty frame goes the old way, which gives a frame.

Example:
    import pandas as pd


    def totals(frame: pd.DataFrame) -> pd.Series:
        return frame.apply(lambda row: row["price"] * row["count"], axis=1)

Result:
    import pandas as pd


    def totals(frame: pd.DataFrame) -> pd.Series:
        if len(frame):
            return frame["price"] * frame["count"]
        return frame.apply(lambda row: row["price"] * row["count"], axis=1)

Inputs:
    (pd.DataFrame({"price": [2, 3], "count": [4, 5]}),)
    (pd.DataFrame({"price": [2.5, 3.0], "count": [4, 5]}),)

When it is unsafe: a row holds one common type, so that where a third column holds floats the result is of floats. Text
and missing values go other ways in some operations; verification tries the columns that the function reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.rendering import render
from velox_engine.types import TextEdit

# Dividing by zero warns or raises for a row's numbers, and does neither for columns.
_ARITHMETIC = ast.Add | ast.Sub | ast.Mult


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if not isinstance(statement, ast.Return | ast.Assign) or statement.value is None:
            continue
        found = match_expr("M_f.apply(M_g, axis=1)", statement.value)
        if not found or not isinstance(found["M_f"], ast.Name) or not isinstance(found["M_g"], ast.Lambda):
            continue
        if context.inference.of(found["M_f"]).name != "dataframe" or _is_fallback(
            context, statement, found["M_f"]
        ):
            continue
        columns = _columns(context, found["M_g"], found["M_f"].id)
        edit = _either(context, statement, found["M_f"].id, columns) if columns else None
        if edit:
            yield Rewrite((edit,), "calculate with whole columns")


def _columns(context: FunctionContext, function: ast.Lambda, frame: str) -> str | None:
    """The body with columns in the place of the row's values; None unless it is arithmetic alone."""
    args = function.args
    if (
        len(args.args) != 1
        or args.posonlyargs
        or args.kwonlyargs
        or args.vararg
        or args.kwarg
        or args.defaults
    ):
        return None
    row = args.args[0].arg
    reads: dict[ast.AST, str] = {}
    if row == frame or not _is_arithmetic(context, function.body, row, frame, reads) or not reads:
        return None
    # The result of one column alone would keep its name.
    if len(set(reads.values())) < 2:
        return None
    text = render(context, function.body, reads)
    return None if "\n" in text else text


def _is_arithmetic(
    context: FunctionContext, node: ast.expr, row: str, frame: str, reads: dict[ast.AST, str]
) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC):
        return all(_is_arithmetic(context, part, row, frame, reads) for part in (node.left, node.right))
    found = match_expr(f"{row}[M_c]", node) if isinstance(node, ast.Subscript) else None
    if found and isinstance(constant(found["M_c"]), str):
        reads[node] = f"{frame}[{context.text(found['M_c'])}]"
        return True
    return isinstance(constant(node), int | float)


def _either(
    context: FunctionContext, statement: ast.Return | ast.Assign, frame: str, columns: str
) -> TextEdit | None:
    layout, unit = context.layout, context.layout.unit
    if statement.value is None or (isinstance(statement, ast.Assign) and not _is_simple(statement, frame)):
        return None
    context.need_builtins("len")
    old = context.text(statement)
    if "\n" in old:
        return None
    head = layout.data[layout.start(statement) : layout.start(statement.value)].decode("utf-8")
    code = f"if len({frame}):\n{unit}{head}{columns}\n"
    code += old if isinstance(statement, ast.Return) else f"else:\n{unit}{old}"
    return layout.replace_statements(statement, statement, code)


def _is_simple(statement: ast.Assign, frame: str) -> bool:
    """x = … or frame["x"] = …"""
    if len(statement.targets) != 1:
        return False
    target = statement.targets[0]
    return isinstance(target, ast.Name) or (
        isinstance(target, ast.Subscript)
        and all_names([target]) == {frame}
        and match_expr(f"{frame}[M_c]", target) is not None
    )


def _is_fallback(context: FunctionContext, statement: ast.stmt, frame: ast.expr) -> bool:
    """Whether a fast way for frames with rows stands before or around it already."""
    parent = context.parents.get(statement)
    block = getattr(parent, "body", [])
    before = block[block.index(statement) - 1] if statement in block[1:] else None
    return any(
        isinstance(one, ast.If)
        and bool(found := match_expr("len(M_f)", one.test))
        and same(found["M_f"], frame)
        for one in (parent, before)
    )


STRATEGY = BuiltinStrategy("row-function", "dataframe_vectorization", _build, __doc__ or "", ("VX609",))
