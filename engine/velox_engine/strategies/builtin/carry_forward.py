"""Goes on from where the turn before stopped instead of going through a beginning of the data from its first element.

What it does: where each turn of a loop sets variables to their start and lets an inner loop work them out over
`range(a, i + 1)` or `xs[:i]`, their values are kept from turn to turn, and only what is new is gone through. The steps
are the same in the same order, whatever they are: a maximum, a count under a condition, several variables at once.

Example:
    def levels(steps: list[str]) -> list[int]:
        found = []
        for i in range(len(steps)):
            level = 0
            for j in range(i + 1):
                if steps[j] == "up":
                    level += 1
                elif level > 0:
                    level -= 1
            found.append(level)
        return found

Result:
    def levels(steps: list[str]) -> list[int]:
        found = []
        level = 0
        reached = 0
        for i in range(len(steps)):
            for j in range(reached, i + 1):
                if steps[j] == "up":
                    level += 1
                elif level > 0:
                    level -= 1
            reached = i + 1
            found.append(level)
        return found

Inputs:
    (["up", "up", "down"],)
    ([],)
    (["down", "up"],)

When it is unsafe: when what the inner loop reads changes on the way or depends on the outer loop's variable, and when
the variables are changed outside of the inner loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import Place, constant, leaves, places, range_parts, read_outside
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        outer = place.loops[-1] if place.loops else None
        if (
            isinstance(outer, ast.For)
            and isinstance(place.statement, ast.For)
            and place.statement in outer.body
            and isinstance(outer.target, ast.Name)
        ):
            edits = _edits(context, outer, outer.target.id, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "go on from where the turn before stopped")


def _edits(
    context: FunctionContext, outer: ast.For, turn: str, place: Place, inner: ast.For
) -> list[TextEdit] | None:
    starts = _starts(context, outer, place.before)
    names = set(starts)
    if not starts or inner.orelse or not isinstance(inner.target, ast.Name) or turn in names:
        return None
    variable = inner.target.id
    bounds = _bounds(context, inner, turn)
    first = _first_turn(context, outer)
    if bounds is None or first is None or variable == turn or turn in written_names(outer.body):
        return None
    begin, stop, offset, rows = bounds
    # A slice ending before the first element would count from the end.
    if first + offset < 0 or read_outside(context, variable, inner):
        return None
    if not _only_steps(context, inner.body, names) or leaves([inner]):
        return None
    others = [
        one for one in outer.body if one is not inner and one not in [first for first, _ in starts.values()]
    ]
    if names & written_names(others) or any(
        read_outside(context, name, outer) or name in context.scope.inner for name in names
    ):
        return None
    asked = all_names(inner.body) | (all_names([rows]) if rows else all_names([begin]))
    asked -= {*names, variable}
    if turn in asked or not all(
        context.is_builtin(name) or keeps_contents(context, name, [outer]) for name in asked
    ):
        return None
    first_stop = first + offset
    at_first = constant(begin)
    known = isinstance(at_first, int) and at_first <= first_stop
    return _written(context, outer, inner, starts, begin, stop, rows, known)


def _starts(
    context: FunctionContext, outer: ast.For, before: Sequence[ast.stmt]
) -> dict[str, tuple[ast.Assign, str]]:
    """The plain assignments right before the inner loop, each with what stands before the outer loop instead.

    Of constants, or of a first element where the outer loop begins with it: `best = xs[0]`.
    """
    found: dict[str, tuple[ast.Assign, str]] = {}
    for at, statement in reversed(list(enumerate(before))):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(statement, ast.Assign) or not isinstance(target, ast.Name):
            break
        if len(statement.targets) != 1 or target.id in found:
            break
        text = context.text(statement)
        parts = range_parts(context, outer.iter)
        first = match_expr("M_x[0]", statement.value)
        if first and parts and at == 0 and isinstance(first["M_x"], ast.Name):
            if not keeps_contents(context, first["M_x"], [outer]) or _adds_in_place(outer, target.id):
                break
            text += f" if {context.operand(parts[1])} > {constant(parts[0])} else None"
        elif not isinstance(constant(statement.value), int | float | str | None):
            break
        if "\n" in text:
            break
        found[target.id] = statement, text
    return found


def _adds_in_place(outer: ast.For, name: str) -> bool:
    """Whether `x += …` may change the object that x starts with."""
    return any(
        isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == name
        for node in ast.walk(outer)
    )


def _bounds(
    context: FunctionContext, inner: ast.For, turn: str
) -> tuple[ast.expr, str, int, ast.expr | None] | None:
    """(first position, end as text, what the end adds to the turn, the sequence of a slice)."""
    parts = range_parts(context, inner.iter)
    rows = None
    if parts:
        begin, stop, step = parts
        if constant(step) != 1:
            return None
    else:
        piece = match_expr("M_x[:M_i]", inner.iter)
        if not piece or not isinstance(piece["M_x"], ast.Name):
            return None
        shape = context.inference.of(piece["M_x"]).name
        if shape not in ("list", "tuple", "str", ""):
            return None
        begin, stop, rows = ast.Constant(0), piece["M_i"], piece["M_x"]
    if turn in all_names([begin]) or not is_pure(context, begin):
        return None
    # Where the outer loop has no turn, nobody asks for a first position that may raise.
    if any(isinstance(node, ast.Subscript | ast.Call) for node in ast.walk(begin)):
        return None
    if match_expr(turn, stop):
        return begin, turn, 0, rows
    for form, sign in (("{} + M_c", 1), ("M_c + {}", 1), ("{} - M_c", -1)):
        found = match_expr(form.format(turn), stop)
        size = constant(found["M_c"]) if found else None
        if type(size) is int and isinstance(size, int):
            return begin, context.text(stop), sign * size, rows
    return None


def _first_turn(context: FunctionContext, outer: ast.For) -> int | None:
    """The first value of a loop that counts upwards from a constant."""
    parts = range_parts(context, outer.iter)
    start = constant(parts[0]) if parts else None
    step = constant(parts[2]) if parts else None
    if type(start) is not int or type(step) is not int or not isinstance(step, int) or step < 1:
        return None
    return start if isinstance(start, int) and start >= 0 else None


def _only_steps(context: FunctionContext, body: Sequence[ast.stmt], names: set[str]) -> bool:
    """Whether the statements only compute new values for `names`."""
    for statement in body:
        if isinstance(statement, ast.If):
            if not is_pure(context, statement.test):
                return False
            if not _only_steps(context, [*statement.body, *statement.orelse], names):
                return False
        elif isinstance(statement, ast.Assign | ast.AugAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if not all(isinstance(one, ast.Name) and one.id in names for one in targets):
                return False
            if not is_pure(context, statement.value):
                return False
        elif not isinstance(statement, ast.Pass):
            return False
    return True


def _written(
    context: FunctionContext,
    outer: ast.For,
    inner: ast.For,
    starts: dict[str, tuple[ast.Assign, str]],
    begin: ast.expr,
    stop: str,
    rows: ast.expr | None,
    known: bool,
) -> list[TextEdit] | None:
    layout = context.layout
    reached = context.fresh("reached", "done")
    moved = [text for _, text in reversed(starts.values())]
    before = layout.insert_before(outer, "\n".join([*moved, f"{reached} = {ast.unparse(begin)}"]))
    dropped = [layout.delete(statement) for statement, _ in starts.values()]
    new = f"{context.text(rows)}[{reached}:{stop}]" if rows else f"range({reached}, {stop})"
    if not known:
        context.need_builtins("max")
    after = layout.insert_after(inner, f"{reached} = {stop if known else f'max({reached}, {stop})'}")
    edits = [before, *dropped, layout.replace(inner.iter, new), after]
    return [edit for edit in edits if edit] if all(edits) else None


STRATEGY = BuiltinStrategy("carry-forward", "algorithm_change", _build, __doc__ or "")
