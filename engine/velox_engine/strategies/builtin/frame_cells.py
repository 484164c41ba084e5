"""Takes cells from a column instead of making a Series of a row for each.

What it does: `frame.iloc[i]["price"]` in `for i in range(len(frame))` reads from the column, which is taken before the
loop: once as NumPy's numbers, which rows of numbers hold, and once as Python's, which mixed rows hold.

Example:
    import pandas as pd


    def total(frame: pd.DataFrame) -> float:
        result = 0.0
        for i in range(len(frame)):
            result += frame.iloc[i]["price"]
        return result

Result:
    import pandas as pd


    def total(frame: pd.DataFrame) -> float:
        result = 0.0
        price_column = frame["price"].to_numpy()
        for i in range(len(frame)):
            result += price_column[i]
        return result

Inputs:
    (pd.DataFrame({"price": [2, 3]}),)
    (pd.DataFrame({"price": [2.5]}),)
    (pd.DataFrame({"price": []}),)

When it is unsafe: a row holds one common type, so that ints beside floats come as floats, and a
row's date is a Timestamp where NumPy has its own dates. A missing column is an error
even when there is no row.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import effects_of
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.naming import compound
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_CELLS = ("{frame}.iloc[{i}][M_c]", "{frame}[M_c].iloc[{i}]")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or not isinstance(loop.target, ast.Name):
            continue
        found = match_expr("range(len(M_f))", loop.iter) or match_expr("range(M_f.shape[0])", loop.iter)
        if not found or not isinstance(found["M_f"], ast.Name) or not context.is_builtin("range"):
            continue
        frame = found["M_f"]
        if context.inference.of(frame).name != "dataframe":
            continue
        for form in ("to_numpy", "tolist"):
            edits = _edits(context, loop, frame.id, loop.target.id, form)
            if edits:
                yield Rewrite(tuple(edits), "read cells from their column")


def _edits(
    context: FunctionContext, loop: ast.For, frame: str, index: str, form: str
) -> list[TextEdit] | None:
    effects = effects_of(context, loop.body)
    if {frame, index} & (effects.written | effects.mutated):
        return None
    cells: dict[ast.AST, str] = {}
    for statement in loop.body:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
                continue
            for cell in _CELLS:
                found = match_expr(cell.format(frame=frame, i=index), node)
                column = constant(found["M_c"]) if found else None
                if found and isinstance(column, str):
                    cells[node] = context.text(found["M_c"])
    inside = {part for node in cells for part in ast.walk(node)}
    others = [
        node
        for statement in loop.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and node.id == frame and node not in inside
    ]
    # Whoever else is given the frame may change it.
    if not cells or others:
        return None
    names = {text: _name(context, text, at) for at, text in enumerate(dict.fromkeys(cells.values()))}
    if len(set(names.values())) != len(names):
        return None
    lines = [f"{name} = {frame}[{text}].{form}()" for text, name in names.items()]
    above = context.layout.insert_before(loop, "\n".join(lines))
    changes = [context.layout.replace(node, f"{names[text]}[{index}]") for node, text in cells.items()]
    return [above, *changes] if above else None


def _name(context: FunctionContext, column: str, at: int) -> str:
    wish = "".join(char if char.isalnum() and char.isascii() else "_" for char in column.strip("\"'")).lower()
    wish = compound(wish, "column")
    return context.fresh(wish if wish.isidentifier() else f"column_{at + 1}")


STRATEGY = BuiltinStrategy("frame-cells", "dataframe_vectorization", _build, __doc__ or "", ("VX614",))
