"""Catches an exception with `try` where `suppress` makes a context manager in every turn of a loop.

What it does: `with suppress(KeyError):` inside a loop becomes `try:` and `except KeyError: pass`. Making, entering and
leaving the context manager costs more than most of what stands inside.

Example:
    from contextlib import suppress


    def tally(known: dict[str, int], names: list[str]) -> dict[str, int]:
        for name in names:
            with suppress(KeyError):
                known[name] += 1
        return known

Result:
    from contextlib import suppress


    def tally(known: dict[str, int], names: list[str]) -> dict[str, int]:
        for name in names:
            try:
                known[name] += 1
            except KeyError:
                pass
        return known

Inputs:
    ({"a": 1}, ["a", "b", "a"])
    ({}, [])

When it is unsafe: from Python 3.12 on `suppress` also takes its exceptions out of an exception group, which `except`
does not; so it is left alone where the block names exception groups or starts tasks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    layout = context.layout
    for place in places(context.node):
        guarded = place.statement
        if not isinstance(guarded, ast.With) or not place.loops or len(guarded.items) != 1:
            continue
        item = guarded.items[0]
        call = item.context_expr
        if item.optional_vars is not None or not isinstance(call, ast.Call) or call.keywords or not call.args:
            continue
        if not _is_suppress(context, call) or _may_raise_groups(guarded):
            continue
        if not all(isinstance(arg, ast.Name) and context.is_builtin(arg.id) for arg in call.args):
            continue
        caught = ", ".join(context.text(arg) for arg in call.args)
        caught = f"({caught})" if len(call.args) > 1 else caught
        handler = layout.insert_after(guarded, f"except {caught}:\n{layout.unit}pass")
        header = layout.data[layout.end(call) : layout.start(guarded.body[0])]
        if handler is None or not header.lstrip().startswith(b":"):
            continue
        opening = layout.between(layout.start(guarded), layout.end(call), "try")
        yield Rewrite((opening, handler), "catch without a context manager in each turn")


def _is_suppress(context: FunctionContext, call: ast.Call) -> bool:
    name, missing = import_member(context, "contextlib", "suppress")
    return not missing and context.text(call.func) == name


def _may_raise_groups(guarded: ast.With) -> bool:
    return any(
        isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith | ast.Yield | ast.YieldFrom)
        or (isinstance(node, ast.Name | ast.Attribute) and "Group" in ast.unparse(node))
        for node in ast.walk(guarded)
    )


STRATEGY = BuiltinStrategy("suppress-to-try", "exception_flow", _build, __doc__ or "", ("VX718",))
