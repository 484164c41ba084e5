"""Turns rows into columns with zip instead of by two indices.

What it does: `[[rows[j][i] for j in range(len(rows))] for i in range(len(rows[0]))]`, also where the inner part already
goes over the rows, becomes `[list(column) for column in zip(*rows)]`. A test keeps the old expression for rows that are
not lists of one length.

Example:
    def columns(rows: list[list[int]]) -> list[list[int]]:
        return [[rows[j][i] for j in range(len(rows))] for i in range(len(rows[0]))]

Result:
    def columns(rows: list[list[int]]) -> list[list[int]]:
        if set(map(type, rows)) == {list} and len(set(map(len, rows))) == 1:
            return [list(column) for column in zip(*rows)]
        return [[rows[j][i] for j in range(len(rows))] for i in range(len(rows[0]))]

Inputs:
    ([[1, 2], [3, 4], [5, 6]],)
    ([[1, 2], [3]],)
    ([[1], [2, 3]],)
    ([],)
    ([[], []],)
    ({0: [1]},)

When it is unsafe: where a row is shorter, `zip` would leave elements out; rows that are no lists may say so in other
words. Both take the old expression.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_FORMS = (
    "[[M_x[M_j][M_i] for M_j in range(len(M_x))] for M_i in range(len(M_x[0]))]",
    "[[M_r[M_i] for M_r in M_x] for M_i in range(len(M_x[0]))]",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.ListComp):
            continue
        found = next((match for match in (match_expr(form, node) for form in _FORMS) if match), None)
        if not found or not isinstance(found["M_x"], ast.Name):
            continue
        own = [found[key].id for key in ("M_i", "M_j", "M_r") if isinstance(found.get(key), ast.Name)]  # type: ignore[union-attr]
        if len(set(own)) != 2 or found["M_x"].id in own:
            continue
        edit = _edit(context, node, found["M_x"].id)
        if edit:
            yield Rewrite((edit,), "turn rows into columns with zip")


def _edit(context: FunctionContext, node: ast.ListComp, rows: str) -> TextEdit | None:
    parent = context.parents.get(node)
    test = f"set(map(type, {rows})) == {{list}} and len(set(map(len, {rows}))) == 1"
    if not isinstance(parent, ast.Return | ast.Assign) or _is_tested(context, parent, test):
        return None
    context.need_builtins("set", "map", "type", "list", "len", "zip", "range")
    column = context.fresh("column", "col")
    fast = f"[list({column}) for {column} in zip(*{rows})]"
    layout = context.layout
    if isinstance(parent, ast.Return):
        return layout.insert_before(parent, f"if {test}:\n{layout.unit}return {fast}")
    target = " = ".join(context.text(one) for one in parent.targets)
    old = layout.block_text([parent])
    if old is None or "\n" in target:
        return None
    indented = "\n".join(layout.unit + line if line else line for line in old.rstrip().split("\n"))
    return layout.replace_statements(
        parent, parent, f"if {test}:\n{layout.unit}{target} = {fast}\nelse:\n{indented}"
    )


def _is_tested(context: FunctionContext, statement: ast.stmt, test: str) -> bool:
    """Whether the fast way stands before or around the statement already."""
    above = context.parents.get(statement)
    near = [above] if isinstance(above, ast.If) else []
    block = getattr(above, "body", [])
    at = block.index(statement) if statement in block else 0
    near += [one for one in block[at - 1 : at] if isinstance(one, ast.If)] if at else []
    return any(context.text(one.test) == test for one in near)


STRATEGY = BuiltinStrategy("transpose-rows", "stdlib_substitution", _build, __doc__ or "")
