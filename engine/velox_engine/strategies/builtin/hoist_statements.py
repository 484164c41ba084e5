"""Moves the first statements of an inner loop in front of it when they do the same in every turn.

What it does: assignments of pure expressions at the start of an inner loop's body, and a `sort` of what they made, are
moved before the loop when nothing they read changes in it.

Example:
    def best_sum(values: list[int], width: int):
        best = 0
        for skip in range(3):
            ordered = values[:width]
            ordered.sort()
            best += sum(ordered[skip:])
        return best

Result:
    def best_sum(values: list[int], width: int):
        best = 0
        ordered = values[:width]
        ordered.sort()
        for skip in range(3):
            best += sum(ordered[skip:])
        return best

Inputs:
    ([3, 1, 2, 9], 3)
    ([], 0)

When it is unsafe: when the loop does not run at all and the moved statements raise, when their names are read after a
loop that did not run, or when the loop changes what they made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import effects_of, escapes, keeps_value
from velox_engine.strategies.loops import Place, places, read_outside
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit

_CALCULATED = ast.Subscript | ast.Call | ast.BinOp | ast.ListComp


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For) and not place.statement.orelse:
            edits = _edits(context, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "do once, before the loop, what every turn repeats")


def _edits(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    moved: list[ast.stmt] = []
    made: set[str] = set()
    rest = list(loop.body)
    while len(rest) > 1:
        statement = rest[0]
        name = _made_name(context, statement, loop, made)
        if name is None and not _sorts(statement, made):
            break
        made |= {name} if name else set()
        moved.append(rest.pop(0))
    if not moved or all(isinstance(one, ast.Assign) and not _is_work(one.value) for one in moved):
        return None
    effects = effects_of(context, rest)
    if made & (effects.written | effects.mutated) or any(read_outside(context, name, loop) for name in made):
        return None
    if (
        any(escapes(context, name) for name in made if _holds_container(context, name))
        or place.previous is loop
    ):
        return None
    # What the moved statements read must keep its value through everything that stays in the loop.
    for statement in moved:
        if isinstance(statement, ast.Assign):
            foreign = all_names([statement.value]) - made
            if foreign & written_names([loop.target, *rest]) or not keeps_value(
                context, statement.value, [loop.target, *rest]
            ):
                return None
    layout = context.layout
    body = layout.block_text(moved)
    gone = [layout.delete(statement) for statement in moved]
    insertion = layout.insert_before(loop, body) if body else None
    edits = [insertion, *gone]
    return [edit for edit in edits if edit] if all(edits) else None


def _made_name(context: FunctionContext, statement: ast.stmt, loop: ast.For, made: set[str]) -> str | None:
    """The name that a pure assignment binds, when it reads nothing that the loop's own variable gives."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name) or target.id in made or not is_pure(context, value):
        return None
    if all_names([value]) & written_names([loop.target]) or target.id in all_names([value, loop.iter]):
        return None
    # An index or a division may raise where the loop would not have run; slices, sums and builtins do not.
    risky = any(
        (isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice))
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow))
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("max", "min", "int", "float"))
        for node in ast.walk(value)
    )
    return None if risky else target.id


def _is_work(value: ast.expr) -> bool:
    return isinstance(value, _CALCULATED)


def _sorts(statement: ast.stmt, made: set[str]) -> bool:
    found = match_stmt("M_x.sort()", statement) or match_stmt("M_x.reverse()", statement)
    return bool(found) and isinstance(found["M_x"], ast.Name) and found["M_x"].id in made if found else False


def _holds_container(context: FunctionContext, name: str) -> bool:
    return not context.inference.of(ast.Name(name, ast.Load())).hashable


STRATEGY = BuiltinStrategy("hoist-statements", "loop_invariant_hoisting", _build, __doc__ or "")
