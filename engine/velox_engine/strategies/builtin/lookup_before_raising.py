"""Asks before looking up where a handler throws most misses away.

What it does: `try: use(d[k]) except …: pass` with a local dict tests `k in d` first. Raising and catching a KeyError
costs many times as much as the test.

Example:
    def names(numbers):
        table = {1: "One", 2: "Two"}
        found = []
        for number in numbers:
            try:
                found.append(table[number])
            except KeyError:
                pass
        return found

Result:
    def names(numbers):
        table = {1: "One", 2: "Two"}
        found = []
        for number in numbers:
            try:
                if number in table:
                    found.append(table[number])
            except KeyError:
                pass
        return found

Inputs:
    ([1, 3, 2, 9],)
    ([],)

When it is unsafe: never: the handler stays for everything else that may be raised. It pays only where misses are
common.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import places
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.purity import is_pure


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        guarded = place.statement
        if not isinstance(guarded, ast.Try) or not place.loops or guarded.orelse or guarded.finalbody:
            continue
        if len(guarded.body) != 1 or len(guarded.handlers) != 1 or not _ignores(guarded.handlers[0]):
            continue
        statement = guarded.body[0]
        if not isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign):
            continue
        lookups = [
            node
            for node in ast.walk(statement)
            if isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Load)
            and isinstance(node.value, ast.Name)
            and context.inference.of(node.value).name == "dict"
            and isinstance(node.slice, ast.Name)
        ]
        if len(lookups) != 1 or not _comes_first(context, statement, lookups[0]):
            continue
        body = context.layout.block_text([statement])
        if body is None:
            continue
        test = f"if {context.text(lookups[0].slice)} in {context.text(lookups[0].value)}:"
        code = f"{test}\n{indent_lines(body, context.layout.unit)}"
        edit = context.layout.replace_statements(statement, statement, code)
        if edit:
            yield Rewrite(
                (edit,), "ask for the key instead of catching its absence, which pays where many are absent"
            )


def _ignores(handler: ast.ExceptHandler) -> bool:
    names = {"KeyError", "Exception", "LookupError"}
    caught = handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in names)
    return caught and all(isinstance(one, ast.Pass | ast.Continue) for one in handler.body)


def _comes_first(context: FunctionContext, statement: ast.stmt, lookup: ast.Subscript) -> bool:
    """Whether nothing with an effect happens before the look-up: xs.append(d[k]), x = d[k]."""
    value = statement.value if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign) else None
    if value is lookup:
        return True
    if (
        isinstance(value, ast.Call)
        and value.args
        and value.args[0] is lookup
        and isinstance(value.func, ast.Attribute)
    ):
        return is_pure(context, value.func.value)
    return value is not None and is_pure(context, value)


STRATEGY = BuiltinStrategy("lookup-before-raising", "exception_flow", _build, __doc__ or "")
