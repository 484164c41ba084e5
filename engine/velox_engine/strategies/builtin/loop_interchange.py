"""Swaps the two inner loops of a matrix product, so that the innermost one goes along rows.

What it does: with `c[i][j] += a[i][k] * b[k][j]`, the loop over k walks down a column of b and finds another row in
each turn. With the loop over j inside, all that it needs are three rows, which are looked up before it. Each element
still gets the same terms in the same order, so that floats keep every bit.

Example:
    def product(a: list[list[float]], b: list[list[float]], m: int) -> list[list[float]]:
        c = [[0.0] * m for _ in range(len(a))]
        for i in range(len(a)):
            for j in range(m):
                for k in range(len(b)):
                    c[i][j] += a[i][k] * b[k][j]
        return c

Result:
    def product(a: list[list[float]], b: list[list[float]], m: int) -> list[list[float]]:
        c = [[0.0] * m for _ in range(len(a))]
        for i in range(len(a)):
            c_row = c[i]
            a_row = a[i]
            for k in range(len(b)):
                b_row = b[k]
                for j in range(m):
                    c_row[j] += a_row[k] * b_row[j]
        return c

Inputs:
    ([[1.5, 2.0], [0.1, 0.2]], [[1.0, 0.3], [2.0, 0.7]], 2)
    ([[1.0]], [[1.0, 2.0]], 2)
    ([], [], 3)

When it is unsafe: when the element is read by other turns, when the sum goes into a table that somebody else may hold,
and when one loop's range depends on the other's position.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import is_separate, only_binding
from velox_engine.strategies.loops import constant, length_of, places, range_parts, read_outside
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import render
from velox_engine.strategies.tables import row_exists

_PLAIN = (ast.BinOp, ast.Name, ast.Constant, ast.Subscript, ast.operator, ast.expr_context)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        outer = place.statement
        if isinstance(outer, ast.For):
            rewrite = _swapped(context, outer)
            if rewrite:
                yield rewrite


def _swapped(context: FunctionContext, outer: ast.For) -> Rewrite | None:
    nest = [outer]
    while len(nest[-1].body) == 1 and isinstance(inner := nest[-1].body[0], ast.For):
        nest.append(inner)
    if len(nest) != 3 or len(nest[2].body) != 1 or any(one.orelse for one in nest):
        return None
    names = [one.target.id for one in nest if isinstance(one.target, ast.Name)]
    if len(set(names)) != 3 or not all(_is_plain_range(context, one.iter, names) for one in nest):
        return None
    if any(read_outside(context, name, outer) for name in names):
        return None
    added = nest[2].body[0]
    if not isinstance(added, ast.AugAssign) or not isinstance(added.op, ast.Add | ast.Sub):
        return None
    if not all(isinstance(part, _PLAIN) for part in ast.walk(added.value)):
        return None
    target = _element(added.target)
    if target is None or target[1:] != (names[0], names[1]) or not _has_own_rows(context, target[0]):
        return None
    elements = [
        (node, found)
        for node in ast.walk(added)
        if isinstance(node, ast.Subscript) and (found := _element(node)) is not None
    ]
    if any(found[0] == target[0] and node is not added.target for node, found in elements):
        return None
    # Without an element from b[k][j] nothing is gained.
    if not any(found[1:] == (names[2], names[1]) for _, found in elements):
        return None
    return _written(context, nest, added, elements)


def _is_plain_range(context: FunctionContext, node: ast.expr, names: list[str]) -> bool:
    """Whether it is a range over names, lengths of names and constants: it can be made anywhere."""
    parts = range_parts(context, node)
    return parts is not None and all(
        (isinstance(measured := length_of(context, part) or part, ast.Name) and measured.id not in names)
        or type(constant(part)) is int
        for part in parts
    )


def _element(node: ast.AST) -> tuple[str, str, str] | None:
    """(table, row, column) of `table[row][column]`, all of them names."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Subscript):
        return None
    parts = (node.value.value, node.value.slice, node.slice)
    names = [part.id for part in parts if isinstance(part, ast.Name)]
    return (names[0], names[1], names[2]) if len(names) == 3 else None


def _has_own_rows(context: FunctionContext, table: str) -> bool:
    """Whether a table was made here, with a new row for each position."""
    made = only_binding(context, table)
    if not isinstance(made, ast.ListComp) or not is_separate(context, table):
        return False
    row = made.elt
    if isinstance(row, ast.BinOp) and isinstance(row.op, ast.Mult):
        row = row.left
    return isinstance(row, ast.List | ast.ListComp)


def _written(
    context: FunctionContext,
    nest: list[ast.For],
    added: ast.AugAssign,
    elements: list[tuple[ast.Subscript, tuple[str, str, str]]],
) -> Rewrite | None:
    layout, unit = context.layout, context.layout.unit
    heads = [f"for {context.text(one.target)} in {context.text(one.iter)}:" for one in nest]
    if layout.comments_between(layout.start(nest[0]), layout.end(added)) or any(
        "\n" in head for head in heads
    ):
        return None
    parts: dict[ast.AST, str] = {}
    before: dict[str, list[str]] = {"outer": [], "inner": []}
    rows: dict[str, str] = {}
    last = nest[2].target
    assert isinstance(last, ast.Name)
    for node, (table, row, _) in sorted(elements, key=lambda one: layout.start(one[0])):
        assert isinstance(node.value, ast.Subscript)
        if not row_exists(context, added, node.value):
            continue
        text = f"{table}[{row}]"
        if text not in rows:
            wish = f"{table}_row"
            rows[text] = (
                context.fresh(wish)
                if context.fresh(wish) not in rows.values()
                else context.fresh(f"{wish}_2")
            )
            before["inner" if row == last.id else "outer"].append(f"{rows[text]} = {text}")
        parts[node.value] = rows[text]
    if not before["inner"] or len(set(rows.values())) != len(rows):
        return None
    line = render(context, added, parts)
    innermost = "\n".join([*before["inner"], heads[1], indent_lines(line, unit)])
    middle = "\n".join([*before["outer"], heads[2], indent_lines(innermost, unit)])
    edit = layout.replace_statements(nest[0], nest[0], f"{heads[0]}\n{indent_lines(middle, unit)}")
    return Rewrite((edit,), "go along the rows of all three tables") if edit else None


STRATEGY = BuiltinStrategy("loop-interchange", "loop_restructuring", _build, __doc__ or "")
