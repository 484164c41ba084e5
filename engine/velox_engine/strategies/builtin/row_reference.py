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
from velox_engine.strategies.bindings import loads_of, parameters, stores_of, written_names
from velox_engine.strategies.effects import bindings_of, effects_of, is_private, is_separate, keeps_value
from velox_engine.strategies.first_turn import runs_safely
from velox_engine.strategies.loops import constant, length_of, places, range_parts
from velox_engine.strategies.patterns import match_expr

_Sum = tuple[str, int]
"""A size as something and a constant added to it: ("n", 1) for n + 1."""


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
        and _exists(context, loop, nodes[0])
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


def _exists(context: FunctionContext, loop: ast.For, row: ast.Subscript) -> bool:
    """Whether the position surely is one of the table's, which keeps its length."""
    assert isinstance(row.value, ast.Name)
    index = _sum(context, row.slice)
    size = _length(context, row.value.id)
    if index is None or size is None or not _keeps_length(context, row.value.id):
        return False
    node: ast.AST = loop
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.For) and match_expr(index[0], node.target) and index[0].isidentifier():
            break
    else:
        return False
    if len(stores_of(index[0], ast.walk(node))) != 1:
        return False
    parts = range_parts(context, node.iter)
    if parts is None or constant(parts[2]) != 1:
        return False
    start, stop = constant(parts[0]), _sum(context, parts[1])
    if type(start) is not int or start < 0 or stop is None or stop[0] != size[0]:
        return False
    lowest = start + index[1]
    # Position -1 is the last one, of which there is one if the loop's range is no longer than the table.
    return (lowest >= 0 or (lowest == -1 and stop[1] <= size[1])) and stop[1] + index[1] <= size[1]


def _sum(context: FunctionContext, node: ast.expr) -> _Sum | None:
    """`n`, `n + 1`, `len(xs) - 1` as something and a constant."""
    offset = 0
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        step = constant(node.right)
        if type(step) is not int:
            return None
        offset, node = (step if isinstance(node.op, ast.Add) else -step), node.left
    if isinstance(node, ast.Name):
        values = bindings_of(context, node.id)
        if len(values) == 1 and values[0] is not None and node.id not in parameters(context.node):
            measured = length_of(context, values[0])
            if measured is not None and isinstance(measured, ast.Name):
                return f"len({measured.id})", offset
            if isinstance(values[0], ast.BinOp):
                inner = _sum(context, values[0])
                return (inner[0], inner[1] + offset) if inner is not None else None
        return node.id, offset
    measured = length_of(context, node)
    if measured is not None and isinstance(measured, ast.Name):
        return f"len({measured.id})", offset
    return None


def _length(context: FunctionContext, table: str) -> _Sum | None:
    """How many rows the table has."""
    values = bindings_of(context, table)
    if not values and table in parameters(context.node):
        return f"len({table})", 0
    if len(values) != 1 or not isinstance(values[0], ast.ListComp):
        return None
    made = values[0]
    if (
        len(made.generators) != 1
        or made.generators[0].ifs
        or not isinstance(made.elt, ast.List | ast.ListComp | ast.BinOp)
    ):
        return None
    parts = range_parts(context, made.generators[0].iter)
    if parts is None or constant(parts[0]) != 0 or constant(parts[2]) != 1:
        return None
    size = _sum(context, parts[1])
    if size is None or (size[0].isidentifier() and not _is_fixed(context, size[0])):
        return None
    return size


def _is_fixed(context: FunctionContext, name: str) -> bool:
    """Whether a number has one value in the whole function."""
    stores = stores_of(name, ast.walk(context.node))
    return len(stores) == (0 if name in parameters(context.node) else 1)


def _keeps_length(context: FunctionContext, table: str) -> bool:
    """Whether nothing in the function may add a row to the table or take one away."""
    if table in context.scope.inner or table in context.scope.outer_writes:
        return False
    if effects_of(context, context.node.body).calls_unknown and not is_private(context, table):
        return False
    for load in loads_of(table, context.node):
        parent = context.parents.get(load)
        if isinstance(parent, ast.Tuple):
            parent = context.parents.get(parent)
            if not isinstance(parent, ast.Return):
                return False
        if isinstance(parent, ast.Subscript) and parent.value is load:
            if not isinstance(parent.ctx, ast.Load) and isinstance(parent.slice, ast.Slice):
                return False
        elif not (
            isinstance(parent, ast.Return | ast.Compare | ast.For | ast.comprehension)
            or (isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and load in parent.args)
        ):
            return False
    # A parameter whose length was measured may also be known by another name.
    return table not in parameters(context.node) or not any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr not in ("get", "items")
        and isinstance(node.func.value, ast.Name) and not is_separate(context, node.func.value.id)
        and effects_of(context, [node]).mutated
        for node in ast.walk(context.node)
    )  # fmt: skip


def _names(context: FunctionContext, rows: dict[str, list[ast.Subscript]], used: set[str]) -> dict[str, str]:
    """A name for each row: row, above and below, with the table's name where there are several tables."""
    several = len({nodes[0].value.id for nodes in rows.values() if isinstance(nodes[0].value, ast.Name)}) > 1
    chosen: dict[str, str] = {}
    for text, nodes in rows.items():
        node = nodes[0]
        index = _sum(context, node.slice)
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
