"""Builds a list with a comprehension instead of a loop that only appends.

What it does: a loop whose only work is to append one value per turn, under conditions or not, becomes a list
comprehension; where the list already holds something, `extend` takes the comprehension.

Example:
    def squares_of_even(numbers):
        result = []
        for number in numbers:
            if number % 2 == 0:
                result.append(number * number)
        return result

Result:
    def squares_of_even(numbers):
        result = [number * number for number in numbers if number % 2 == 0]
        return result

Inputs:
    ([1, 2, 3, 4],)
    ([],)

When it is unsafe: when the loop variable is read after the loop, when the values look at the list that is being
built, or when a handler around the loop would look at the half-built list.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, read_names, written_names
from velox_engine.strategies.loops import Place, places, read_outside, stands_in_try
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.rendering import comprehension_body, fits, one_line
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For) and not place.statement.orelse:
            edit = _edit(context, place, place.statement)
            if edit:
                yield Rewrite(edit, "build the list with a comprehension")


def _edit(context: FunctionContext, place: Place, loop: ast.For) -> tuple[TextEdit, ...] | None:
    out = _only_list(loop.body)
    if out is None or not _can_be_inlined(context, loop, out):
        return None
    found = comprehension_body(context, loop.body, "M_out.append(M_e)", out)
    if found is None:
        return None
    head = f" for {context.text(loop.target)} in {context.text(loop.iter)}"
    text = one_line(f"[{found[0]}{head}{found[1]}]")
    if text is None:
        return None
    created = _created_before(place, out)
    if created is not None and len(created.targets) == 1:
        between = place.block[place.block.index(created) + 1 : place.index]
        code = f"{out} = {text}"
        if not fits(context, code, loop):
            code = _folded(context, f"{out} = [", found[0], head, found[1])
        if not between:
            edit = context.layout.replace_statements(created, loop, code)
            return (edit,) if edit else None
        gone = context.layout.delete(created)
        edit = context.layout.replace_statements(loop, loop, code)
        return (gone, edit) if gone and edit else None
    if context.inference.names.get(out) is None or context.inference.names[out].name != "list":
        return None
    code = f"{out}.extend({text})"
    edit = context.layout.replace_statements(loop, loop, code)
    return (edit,) if edit and fits(context, code, loop) else None


def _folded(context: FunctionContext, start: str, element: str, head: str, rest: str) -> str:
    """The comprehension over several lines, one clause each."""
    unit = context.layout.unit
    clauses = (head + rest).replace(" for ", f"\n{unit}for ", 1)
    tail = rest and rest.replace(" if ", f"\n{unit}if ", 1)
    if tail:
        clauses = head.replace(" for ", f"\n{unit}for ", 1) + tail
    return f"{start}\n{unit}{element}{clauses}\n]"


def _only_list(body: list[ast.stmt]) -> str | None:
    """The one name that the body appends to."""
    names = set()
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Expr):
                found = match_stmt("M_out.append(M_e)", node)
                if not found or not isinstance(found["M_out"], ast.Name):
                    return None
                names.add(found["M_out"].id)
    return names.pop() if len(names) == 1 else None


def _can_be_inlined(context: FunctionContext, loop: ast.For, out: str) -> bool:
    mentions = [node for node in ast.walk(loop) if isinstance(node, ast.Name) and node.id == out]
    appends = [node for node in ast.walk(loop) if isinstance(node, ast.Expr)]
    if len(mentions) != len(appends) or out in context.scope.inner or out in context.scope.outer_writes:
        return False
    if any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr | ast.Lambda)
        for node in ast.walk(loop)
    ):
        return False
    targets = written_names([loop.target]) | {
        name for node in ast.walk(loop) if isinstance(node, ast.For) for name in written_names([node.target])
    }
    if any(read_outside(context, name, loop) for name in targets) or targets & read_names([loop.iter]):
        return False
    if any(not isinstance(part, ast.Name | ast.Tuple | ast.List) for part in _targets(loop)):
        return False
    # A handler or a finally clause might look at what had been appended before the exception.
    return not stands_in_try(context, loop)


def _targets(loop: ast.For) -> Iterator[ast.expr]:
    for node in ast.walk(loop):
        if isinstance(node, ast.For):
            yield node.target


def _created_before(place: Place, out: str) -> ast.Assign | None:
    """`out = []` earlier in the same block, with nothing between that mentions it."""
    for statement in reversed(place.before):
        found = match_stmt("M_out = []", statement) or match_stmt("M_out = list()", statement)
        if found and isinstance(found["M_out"], ast.Name) and found["M_out"].id == out:
            return statement if isinstance(statement, ast.Assign) else None
        if out in all_names([statement]) or not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr):
            return None
    return None


STRATEGY = BuiltinStrategy("list-comprehension", "comprehension", _build, __doc__ or "", ("VX301",))
