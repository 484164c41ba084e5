"""Counts with `for` and `range` instead of a `while` loop that adds to its own variable.

What it does: `i = 0; while i < n: …; i += 1` becomes `for i in range(0, n): …` when nothing else changes the counter or
its end, and the counter is not read afterwards. Each turn saves a comparison and an addition of Python objects.

Example:
    def total(numbers: list[int]):
        result = 0
        i = 0
        while i < len(numbers):
            result += numbers[i]
            i += 1
        return result

Result:
    def total(numbers: list[int]):
        result = 0
        for i in range(0, len(numbers)):
            result += numbers[i]
        return result

Inputs:
    ([1, 2],)
    ([],)

When it is unsafe: when the body goes on to the next turn without adding, changes the counter or its end, or for an end
that is no integer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, written_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.loops import Place, constant, places
from velox_engine.strategies.patterns import Match, match_expr, match_stmt
from velox_engine.strategies.positions import indent_lines


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.While) and not loop.orelse and len(loop.body) > 1:
            rewrite = _counted(context, loop, place)
            if rewrite:
                yield rewrite


def _counted(context: FunctionContext, loop: ast.While, place: Place) -> Rewrite | None:
    below, up_to = match_expr("M_i < M_n", loop.test), match_expr("M_i <= M_n", loop.test)
    found = below or up_to
    if not found or not isinstance(found["M_i"], ast.Name):
        return None
    counter, end = found["M_i"].id, found["M_n"]
    step = match_stmt(f"{counter} += M_k", loop.body[-1]) or match_stmt(
        f"{counter} = {counter} + M_k", loop.body[-1]
    )
    if not step:
        return None
    width = constant(step["M_k"])
    if type(width) is not int or width < 1:
        return None
    # Other assignments may stand between: `i = 0`, `count = 0`.
    previous = next((one for one in reversed(place.before) if counter in all_names([one])), None)
    between = place.before[place.before.index(previous) + 1 :] if previous else ()
    start = match_stmt(f"{counter} = M_a", previous) if previous else None
    if between and (not all(isinstance(one, ast.Assign) for one in between) or not _is_constant(start)):
        return None
    rest = loop.body[:-1]
    if not start or counter in written_names(rest) or counter in context.scope.inner:
        return None
    if any(isinstance(node, ast.Continue | ast.Yield | ast.Await) for one in rest for node in ast.walk(one)):
        return None
    if not _whole(context, start["M_a"]) or not _whole(context, end) or not keeps_value(context, end, rest):
        return None
    if _read_elsewhere(context, counter, loop, previous):
        return None
    context.need_builtins("range")
    body = context.layout.block_text(rest)
    if body is None or previous is None:
        return None
    last = context.text(end) if below else f"{context.operand(end)} + 1"
    steps = f", {width}" if width != 1 else ""
    code = f"for {counter} in range({context.text(start['M_a'])}, {last}{steps}):\n"
    code += indent_lines(body.rstrip(), context.layout.unit)
    if between:
        dropped = context.layout.delete(previous)
        edit = context.layout.replace_statements(loop, loop, code)
        return Rewrite((dropped, edit), "count with range") if dropped and edit else None
    edit = context.layout.replace_statements(previous, loop, code)
    return Rewrite((edit,), "count with range") if edit else None


def _is_constant(start: Match | None) -> bool:
    return start is not None and constant(start["M_a"]) is not ...


def _whole(context: FunctionContext, node: ast.expr) -> bool:
    return context.inference.of(node).name == "int"


def _read_elsewhere(
    context: FunctionContext, counter: str, loop: ast.While, previous: ast.stmt | None
) -> bool:
    """Whether the counter's last value may be read: anywhere but in this loop and after being set anew."""
    inside = set(ast.walk(loop)) | (set(ast.walk(previous)) if previous else set())
    reads = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name)
        and node.id == counter
        and node not in inside
        and isinstance(node.ctx, ast.Load)
    ]
    if counter in context.scope.outer_writes:
        return True
    if not reads:
        return any(
            isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and node.target.id == counter
            for node in ast.walk(context.node)
            if node not in inside
        )
    # Ex) a second loop that starts with `i = 0`: reads below a new assignment of a block that is not this loop's.
    end = context.layout.end(loop)
    starts = [
        context.layout.start(place.statement)
        for place in places(context.node)
        if match_stmt(f"{counter} = M_a", place.statement) and place.block is context.node.body
    ]
    later = [start for start in starts if start > end]
    return (
        not later
        or any(end < context.layout.start(node) < min(later) for node in reads)
        or any(
            context.layout.start(node) < context.layout.start(loop)
            for node in reads
            if _shares_loop(context, loop)
        )
    )


def _shares_loop(context: FunctionContext, loop: ast.AST) -> bool:
    while loop in context.parents:
        loop = context.parents[loop]
        if isinstance(loop, ast.For | ast.While):
            return True
    return False


STRATEGY = BuiltinStrategy("counted-while", "loop_restructuring", _build, __doc__ or "", ("VX308",))
