"""Prints many lines with one call instead of one call each.

What it does: a loop that only prints one value per turn joins the lines and prints them at once, which takes the lock
of the stream, and flushes a terminal, once.

Example:
    def report(names: list[str]):
        for name in names:
            print(name.upper())

Result:
    def report(names: list[str]):
        lines = [name.upper() for name in names]
        if lines:
            print("\\n".join(lines))

Inputs:
    (["a", "b"],)
    ([],)

When it is unsafe: when computing a line may fail half-way or print itself: the lines before it would be missing. Only
expressions that cannot raise for the known types are taken.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import one_line_loops, read_outside
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.purity import cannot_raise, is_pure
from velox_engine.strategies.rendering import fits, one_line


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for _, loop, target in one_line_loops(context.node):
        found = match_stmt("print(M_e)", loop.body[0])
        if not found or not context.is_builtin("print") or read_outside(context, target.id, loop):
            continue
        value = found["M_e"]
        shape = context.inference.of(value)
        if isinstance(value, ast.Starred) or not _is_safe(context, value) or not is_pure(context, value):
            continue
        if shape.name not in ("str", "int", "bool", "float") or context.inference.of(loop.iter).name not in (
            "list", "tuple", "range", "str", "dict", "set",
        ):  # fmt: skip
            continue
        text = context.text(value)
        line = text if shape.name == "str" else f"str({text})"
        if shape.name != "str":
            context.need_builtins("str")
        lines, unit = context.fresh("lines", "printed"), context.layout.unit
        code = one_line(f"{lines} = [{line} for {target.id} in {context.text(loop.iter)}]")
        if code is None:
            continue
        code += f'\nif {lines}:\n{unit}print("\\n".join({lines}))'
        edit = context.layout.replace_statements(loop, loop, code)
        if edit and fits(context, code, loop):
            yield Rewrite((edit,), "print all lines at once")


def _is_safe(context: FunctionContext, value: ast.expr) -> bool:
    if isinstance(value, ast.JoinedStr):
        return all(
            isinstance(part, ast.Constant)
            or (
                isinstance(part, ast.FormattedValue)
                and part.format_spec is None
                and cannot_raise(context, part.value)
            )
            for part in value.values
        )
    return cannot_raise(context, value)


STRATEGY = BuiltinStrategy("print-at-once", "io_buffering", _build, __doc__ or "")
