"""Looks a row of a table up once before the loop over its elements, also where the loop changes elements of the table.

What it does: inside a loop that goes along a row, `table[i][j]` finds the row again each time. Before the loop the row
gets a name, and so do those above and below it. A row stays the same object while its elements are set.

Example:
    def paths(n: int, m: int) -> int:
        table = [[1] * m for _ in range(n)]
        for i in range(1, n):
            for j in range(1, m):
                table[i][j] = table[i - 1][j] + table[i][j - 1]
        return table[-1][-1]

Result:
    def paths(n: int, m: int) -> int:
        table = [[1] * m for _ in range(n)]
        for i in range(1, n):
            row = table[i]
            above = table[i - 1]
            for j in range(1, m):
                row[j] = above[j] + row[j - 1]
        return table[-1][-1]

Inputs:
    (3, 4)
    (1, 1)
    (0, 2)

When it is unsafe: when the loop puts another row in its place, when the table gets longer or shorter, and when the row
may not exist: the position has to be one of the table's, whether or not the loop runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import effects_of, is_private, is_separate, keeps_value
from velox_engine.strategies.first_turn import runs_safely
from velox_engine.strategies.loops import places
from velox_engine.strategies.tables import row_exists, sum_of


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    taken: set[ast.AST] = set()
    named: dict[ast.AST, set[str]] = {}
    for place in places(context.node):
        loop = place.statement
        if (
            not isinstance(loop, ast.For)
            or not place.loops
            or any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in ast.walk(loop))
        ):
            continue
        rows = {text: nodes for text, nodes in _rows(context, loop).items() if not taken & set(nodes)}
        if not rows:
            continue
        # Loops beside each other may use a name again, those inside each other may not.
        names = _names(context, rows, {name for outer in place.loops for name in named.get(outer, ())})
        named[loop] = set(names.values())
        lines = [f"{names[text]} = {text}" for text in rows]
        before = context.layout.insert_before(loop, "\n".join(lines))
        if before is None:
            continue
        edits = [context.layout.replace(node, names[text]) for text, nodes in rows.items() for node in nodes]
        taken.update(node for nodes in rows.values() for node in nodes)
        note = f"look {', '.join(rows)} up once, before the loop"
        yield Rewrite((before, *edits), note, reusable=frozenset(names.values()))


def _rows(context: FunctionContext, loop: ast.For) -> dict[str, list[ast.Subscript]]:
    """The rows that the loop looks up and cannot replace, by how they are written."""
    found: dict[str, list[ast.Subscript]] = {}
    changing = written_names([loop]) | {
        name
        for node in ast.walk(loop)
        if isinstance(node, ast.comprehension)
        for name in written_names([node.target])
    }
    for top in loop.body:
        for node in ast.walk(top):
            element = context.parents.get(node)
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, ast.Name)
                and isinstance(element, ast.Subscript)
                and element.value is node
                and not isinstance(element.slice, ast.Slice)
            ):
                found.setdefault(context.text(node), []).append(node)
    return {
        text: nodes
        for text, nodes in found.items()
        if not {part.id for part in ast.walk(nodes[0]) if isinstance(part, ast.Name)} & changing
        and row_exists(context, loop, nodes[0])
        and _stays(context, loop, nodes[0])
        # What the loop does not change at all is another strategy's.
        and not (keeps_value(context, nodes[0], [loop]) and runs_safely(context, loop, nodes[0]))
    }


def _stays(context: FunctionContext, loop: ast.For, row: ast.Subscript) -> bool:
    """Whether the same object is the row in every turn."""
    assert isinstance(row.value, ast.Name)
    table = row.value.id
    if effects_of(context, [loop]).calls_unknown and not is_private(context, table):
        return False
    for node in ast.walk(loop):
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.Delete):
            return False
        if not isinstance(node, ast.Subscript) or isinstance(node.ctx, ast.Load):
            continue
        if not isinstance(node.value, ast.Name):
            continue
        # Ex) cells[k] = 0, where cells may be the table itself
        name = node.value.id
        if name == table or not (is_separate(context, name) or is_separate(context, table)):
            return False
    return True


def _names(context: FunctionContext, rows: dict[str, list[ast.Subscript]], used: set[str]) -> dict[str, str]:
    """A name for each row: row, above and below, with the table's name where there are several tables."""
    several = len({nodes[0].value.id for nodes in rows.values() if isinstance(nodes[0].value, ast.Name)}) > 1
    chosen: dict[str, str] = {}
    for text, nodes in rows.items():
        node = nodes[0]
        index = sum_of(context, node.slice)
        offset = index[1] if index is not None else 0
        assert isinstance(node.value, ast.Name)
        word = "row" if not offset else "above" if offset < 0 else "below"
        wish = f"{node.value.id}_{word}" if several else word
        name, number = context.fresh(wish, f"{node.value.id}_{word}"), 2
        while name in used or name in chosen.values():
            name, number = context.fresh(f"{wish}_{number}"), number + 1
        chosen[text] = name
    return chosen


STRATEGY = BuiltinStrategy("row-reference", "loop_restructuring", _build, __doc__ or "")
