"""Keeps a list ordered, or as a heap, instead of searching or sorting it again for every element taken out.

What it does: a local list from which a loop repeatedly takes the smallest element (`min` and `remove`, or `sort` and
`pop(0)`) becomes a heap; one that is sorted again after each `append` takes the new element in at its place with
`bisect.insort`.

Example:
    def merge_cost(sizes: list[int]) -> int:
        piles = list(sizes)
        cost = 0
        while len(piles) > 1:
            piles.sort()
            first = piles.pop(0)
            second = piles.pop(0)
            cost += first + second
            piles.append(first + second)
        return cost

Result:
    from heapq import heapify, heappop, heappush


    def merge_cost(sizes: list[int]) -> int:
        piles = list(sizes)
        cost = 0
        heapify(piles)
        while len(piles) > 1:
            first = heappop(piles)
            second = heappop(piles)
            cost += first + second
            heappush(piles, first + second)
        return cost

Inputs:
    ([4, 1, 3],)
    ([],)
    ([2, 2],)

When it is unsafe: when the order of the list is read anywhere else, when equal elements can be told apart, or for
floats with NaN.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import is_local_new, only_binding
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, places
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.While):
            for name in sorted(context.scope.bound - set(parameters(context.node)) - context.scope.inner):
                rewrite = _heap(context, loop, name)
                if rewrite:
                    yield rewrite
        elif isinstance(loop, ast.Expr) and place.loops:
            rewrite = _insort(context, place)
            if rewrite:
                yield rewrite


def _uses(context: FunctionContext, name: str) -> list[ast.Name]:
    return [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]


def _heap(context: FunctionContext, loop: ast.While, name: str) -> Rewrite | None:
    """while xs: take the smallest …; all other uses only ask for the length or add elements."""
    if not is_local_new(context, name) or context.inference.of(ast.Name(name, ast.Load())).name != "list":
        return None
    layout = context.layout
    taken: list[tuple[ast.stmt, ast.stmt | None, str]] = []
    sorts: list[ast.stmt] = []
    covered: set[ast.AST] = set()
    block = loop.body
    for at, statement in enumerate(block):
        following = block[at + 1] if at + 1 < len(block) else None
        if match_stmt(f"{name}.sort()", statement):
            sorts.append(statement)
            covered.update(ast.walk(statement))
            continue
        smallest = match_stmt(f"M_m = min({name})", statement)
        if smallest and isinstance(smallest["M_m"], ast.Name) and following is not None:
            found = smallest["M_m"].id
            if not match_stmt(f"{name}.remove({found})", following):
                return None
            taken.append((statement, following, found))
            covered.update(ast.walk(statement))
            covered.update(ast.walk(following))
        popped = match_stmt(f"M_m = {name}.pop(0)", statement)
        if popped and isinstance(popped["M_m"], ast.Name) and sorts:
            taken.append((statement, None, popped["M_m"].id))
            covered.update(ast.walk(statement))
    if not taken or not context.is_builtin("min"):
        return None
    if sorts and (len(sorts) > 1 or block.index(sorts[0]) > block.index(taken[0][0])):
        return None
    if not _order_is_unseen(context, name, loop, covered, bool(sorts), taken[-1][0]):
        return None
    pop, imported = import_member(context, "heapq", "heappop")
    push = import_member(context, "heapq", "heappush")[0]
    heapify = import_member(context, "heapq", "heapify")[0]
    edits: list[TextEdit | None] = [layout.insert_before(loop, f"{heapify}({name})")]
    edits += [layout.delete(one) for one in sorts]
    for statement, removal, target in taken:
        if removal is not None:
            edits.append(layout.delete(removal))
        edits.append(layout.replace_statements(statement, statement, f"{target} = {pop}({name})"))
    pushes = _pushes(context, name)
    for call, value in pushes:
        edits.append(layout.replace(call, f"{push}({name}, {context.text(value)})"))
    if any(edit is None for edit in edits):
        return None
    wanted = [heapify, pop, *([push] if pushes else [])]
    if imported:
        one = imported[0]
        if one.text.startswith(", ") or any(
            alias.name == "heapq"
            for node in context.module.body
            if isinstance(node, ast.Import)
            for alias in node.names
        ):
            return None
        edge = one.text.rstrip("\r\n")
        head = edge[: edge.index("import ")]
        imported = [TextEdit(one.start, one.end, f"{head}import {', '.join(wanted)}{one.text[len(edge) :]}")]
    done = tuple(edit for edit in edits if edit is not None)
    return Rewrite((*done, *imported), f"keep {name} as a heap")


def _pushes(context: FunctionContext, name: str) -> list[tuple[ast.Call, ast.expr]]:
    found = []
    for node in ast.walk(context.node):
        match = match_expr(f"{name}.append(M_v)", node) if isinstance(node, ast.Call) else None
        if match and isinstance(node, ast.Call) and _inside_while(context, node):
            found.append((node, match["M_v"]))
    return found


def _inside_while(context: FunctionContext, node: ast.AST) -> bool:
    while node in context.parents:
        node = context.parents[node]
        if isinstance(node, ast.While):
            return True
    return False


def _order_is_unseen(
    context: FunctionContext,
    name: str,
    loop: ast.While,
    covered: set[ast.AST],
    sorted_there: bool,
    last: ast.stmt,
) -> bool:
    """Whether the order of the elements shows nowhere: only lengths are asked for and elements added."""
    inside = set(ast.walk(loop))
    start = context.layout.start(loop)
    for node in _uses(context, name):
        if node in covered:
            continue
        parent = context.parents.get(node)
        if node not in inside and context.layout.start(node) < start:
            continue
        if isinstance(parent, ast.Call) and match_expr(f"len({name})", parent):
            continue
        if isinstance(parent, ast.While | ast.If) and parent.test is node:
            continue
        if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
            continue
        # An element added between the sort and a pop would change what the pop takes.
        late = not sorted_there or context.layout.start(node) > context.layout.start(last)
        if isinstance(parent, ast.Attribute) and parent.attr == "append" and node in inside and late:
            continue
        # The one element that is left.
        front = isinstance(parent, ast.Subscript) and match_expr(f"{name}[0]", parent)
        if front and node not in inside and _one_is_left(loop, name):
            continue
        return False
    return True


def _one_is_left(loop: ast.While, name: str) -> bool:
    return any(
        match_expr(form, loop.test) for form in (f"len({name}) > 1", f"len({name}) >= 2", f"len({name}) != 1")
    )


def _insort(context: FunctionContext, place: Place) -> Rewrite | None:
    """xs.append(v); xs.sort() in a loop, where nothing else changes xs."""
    added = match_stmt("M_x.append(M_v)", place.statement)
    following = place.after[0] if place.after else None
    if not added or following is None or not isinstance(added["M_x"], ast.Name):
        return None
    name = added["M_x"].id
    if not match_stmt(f"{name}.sort()", following) or name in context.scope.inner:
        return None
    value = only_binding(context, name)
    if value is None or not _is_sorted(value):
        return None
    for node in _uses(context, name):
        parent = context.parents.get(node)
        if isinstance(parent, ast.Attribute):
            call = context.parents.get(parent)
            fine = parent.attr in ("pop", "index", "count", "remove", "clear", "copy") and isinstance(
                call, ast.Call
            )
            mine = set(ast.walk(place.statement)) | set(ast.walk(following))
            if not fine and node not in mine:
                return None
        elif isinstance(parent, ast.Subscript):
            if not isinstance(parent.ctx, ast.Load):
                return None
        elif not (
            isinstance(
                parent, ast.Call | ast.For | ast.Compare | ast.While | ast.If | ast.UnaryOp | ast.Return
            )
        ):
            return None
        if isinstance(parent, ast.Call) and not (
            isinstance(parent.func, ast.Name) and context.is_builtin(parent.func.id)
        ):
            return None
    insort, imported = import_member(context, "bisect", "insort")
    layout = context.layout
    first = layout.replace_statements(
        place.statement, place.statement, f"{insort}({name}, {context.text(added['M_v'])})"
    )
    second = layout.delete(following)
    if first is None or second is None:
        return None
    return Rewrite((first, second, *imported), "insert at the right place of the sorted list")


def _is_sorted(value: ast.expr) -> bool:
    empty = isinstance(value, ast.List) and not value.elts
    return empty or bool(match_expr("list()", value)) or bool(match_expr("sorted(M_x)", value))


STRATEGY = BuiltinStrategy("ordered-removal", "sorting_selection", _build, __doc__ or "", ("VX112",))
