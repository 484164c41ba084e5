"""Goes over the columns of a data frame instead of making a Series of every row.

What it does: `for _, row in df.iterrows()` whose body reads the row only as `row["column"]` goes over those columns
with `zip`. Each row of `iterrows` is a new Series, and each `row[…]` a look-up in its index.

Example:
    import pandas as pd


    def revenue(df: pd.DataFrame):
        result = []
        for _, row in df.iterrows():
            result.append(row["price"] * row["count"])
        return result

Result:
    import pandas as pd


    def revenue(df: pd.DataFrame):
        result = []
        for price, count in zip(df["price"], df["count"]):
            result.append(price * count)
        return result

Inputs:
    (pd.DataFrame({"name": ["a", "b"], "price": [2, 3], "count": [4, 5]}),)
    (pd.DataFrame({"name": [], "price": [], "count": []}),)

When it is unsafe: a row holds one common type, so that ints beside floats come as floats, and NumPy's numbers where all
columns are numeric; the second proposal keeps those, but has NumPy's dates for Timestamps. A missing column is an error
even when there is no row.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import effects_of
from velox_engine.strategies.loops import constant, places, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(loop.target, ast.Tuple):
            continue
        found = match_expr("M_df.iterrows()", loop.iter)
        if not found or not isinstance(found["M_df"], ast.Name) or len(loop.target.elts) != 2:
            continue
        index, row = loop.target.elts
        if not isinstance(index, ast.Name) or not isinstance(row, ast.Name):
            continue
        frame = found["M_df"]
        # Only pandas has iterrows; a hint that says something else is respected.
        if context.inference.of(frame).name not in ("dataframe", ""):
            continue
        for suffix in ("", ".to_numpy()"):
            edits = _edits(context, loop, frame.id, index.id, row.id, suffix)
            if edits:
                yield Rewrite(tuple(edits), "go over the columns")


def _edits(
    context: FunctionContext, loop: ast.For, frame: str, index: str, row: str, suffix: str
) -> list[TextEdit] | None:
    effects = effects_of(context, loop.body)
    if frame in effects.written | effects.mutated or {row, index} & (effects.written | effects.mutated):
        return None
    if read_outside(context, row, loop) or read_outside(context, index, loop):
        return None
    reads: dict[ast.AST, str] = {}
    columns: dict[str, str] = {}
    covered: set[ast.AST] = set()
    for statement in loop.body:
        for node in ast.walk(statement):
            found = match_expr(f"{row}[M_c]", node) if isinstance(node, ast.Subscript) else None
            if not found or not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
                continue
            column = constant(found["M_c"])
            if not isinstance(column, str):
                return None
            reads[node] = column
            columns.setdefault(column, _variable(context, column, set(columns.values())))
            covered.update(ast.walk(node))
    mentioned = {
        node
        for statement in loop.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id in (row, index)
    }
    if not columns or not mentioned <= covered:
        return None
    layout = context.layout
    quote = next(layout.text(node.slice)[0] for node in reads if isinstance(node, ast.Subscript))
    if quote not in "\"'" or any(quote in column or "\\" in column for column in columns):
        return None
    listed = [f"{frame}[{quote}{column}{quote}]{suffix}" for column in columns]
    context.need_builtins("zip")
    names = list(columns.values())
    header = names[0] if len(names) == 1 else ", ".join(names)
    items = listed[0] if len(listed) == 1 else f"zip({', '.join(listed)})"
    edits = [layout.replace(loop.target, header), layout.replace(loop.iter, items)]
    return [*edits, *(layout.replace(node, columns[column]) for node, column in reads.items())]


def _variable(context: FunctionContext, column: str, used: set[str]) -> str:
    wish = "".join(c if c.isalnum() else "_" for c in column).lower()
    if not wish.isidentifier() or keyword.iskeyword(wish) or wish in used:
        wish = f"column_{len(used) + 1}"
    return context.fresh(*([] if wish in dir(builtins) else [wish]), f"{wish}_value", f"{wish}_cell")


STRATEGY = BuiltinStrategy("frame-columns", "dataframe_vectorization", _build, __doc__ or "", ("VX608",))
