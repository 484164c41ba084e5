"""Adds a repeated text at once instead of piece by piece.

What it does: a loop that does nothing but add the same text again and again adds a multiple of it.

Example:
    def bars(values: list[int]) -> str:
        out = ""
        for value in values:
            for _ in range(value):
                out += "#"
            out += "\\n"
        return out

Result:
    def bars(values: list[int]) -> str:
        out = ""
        for value in values:
            out += "#" * value
            out += "\\n"
        return out

Inputs:
    ([1, 0, 3],)
    ([],)
    ([-2, 1],)

When it is unsafe: when the text changes from turn to turn, or is something else than a text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import read_names
from velox_engine.strategies.loops import one_line_loops, read_outside
from velox_engine.strategies.patterns import Match, match_expr, match_stmt
from velox_engine.strategies.purity import is_pure


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for _, loop, turn in one_line_loops(context.node):
        count = match_expr("range(M_n)", loop.iter)
        if not count or not context.is_builtin("range") or read_outside(context, turn.id, loop):
            continue
        code = _multiple(context, loop.body[0], turn.id, count["M_n"])
        edit = context.layout.replace_statements(loop, loop, code) if code else None
        if edit:
            yield Rewrite((edit,), "add the repeated text at once")


def _multiple(context: FunctionContext, statement: ast.stmt, turn: str, count: ast.expr) -> str | None:
    found = _added(statement)
    if found is None:
        return None
    name, added = found
    names = read_names([added])
    if name in names | read_names([count]) or turn in names or not is_pure(context, added):
        return None
    of = context.inference.of
    # A number that is no int is an error in both, told in other words.
    if of(ast.Name(name, ast.Load())).name != "str" or of(added).name != "str":
        return None
    if of(count).name != "int" or of(count).evidence == "use":
        return None
    text, times = context.text(added), context.text(count)
    if "\n" in text + times:
        return None
    if isinstance(added, ast.BinOp | ast.IfExp | ast.BoolOp):
        text = f"({text})"
    if isinstance(count, ast.BinOp | ast.IfExp | ast.BoolOp | ast.UnaryOp):
        times = f"({times})"
    return f"{name} += {text} * {times}"


def _added(statement: ast.stmt) -> tuple[str, ast.expr] | None:
    """(name, what is added behind it)."""
    found: Match | None = match_stmt("M_out += M_e", statement)
    if not found:
        found = match_stmt("M_out = M_out + M_e", statement)
    if found and isinstance(found["M_out"], ast.Name):
        return found["M_out"].id, found["M_e"]
    return None


STRATEGY = BuiltinStrategy("repeat-at-once", "string_building", _build, __doc__ or "", ("VX201",))
