"""Asks a dict for a value or a default instead of catching the error for a missing key.

What it does: `try: value = table[key]` with `except KeyError: value = default` in a loop becomes
`value = table.get(key, default)`, where the default is a constant or a parameter. Raising and catching costs several
times as much as the call.

Example:
    def sizes(names: list[str], known: dict[str, int]) -> int:
        total = 0
        for name in names:
            try:
                size = known[name]
            except KeyError:
                size = 0
            total += size
        return total

Result:
    def sizes(names: list[str], known: dict[str, int]) -> int:
        total = 0
        for name in names:
            size = known.get(name, 0)
            total += size
        return total

Inputs:
    (["a", "b"], {"a": 3})
    ([], {})

When it is unsafe: for a defaultdict, which makes an entry, and a class of one's own with `__missing__`; so the type
must be known to be dict. It pays only where keys are missing often.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.patterns import same


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        guarded = place.statement
        if not isinstance(guarded, ast.Try) or not place.loops or guarded.orelse or guarded.finalbody:
            continue
        if len(guarded.body) != 1 or len(guarded.handlers) != 1:
            continue
        asked, default = _assigned(guarded.body[0]), _default(guarded.handlers[0])
        if asked is None or default is None or not same(asked[0], default[0]):
            continue
        value = asked[1]
        if not isinstance(value, ast.Subscript) or not _is_plain_lookup(context, value):
            continue
        if not _is_ready(context, default[1]):
            continue
        context.need_builtins("KeyError")
        target = f"{context.text(asked[0])} = " if asked[0] else "return "
        other = "" if constant(default[1]) is None else f", {context.text(default[1])}"
        code = f"{target}{context.text(value.value)}.get({context.text(value.slice)}{other})"
        edit = context.layout.replace_statements(guarded, guarded, code)
        if edit and "\n" not in code:
            yield Rewrite((edit,), "ask for the value or a default, which pays where many keys are missing")


def _assigned(statement: ast.stmt) -> tuple[ast.Name | None, ast.expr] | None:
    """(target, value) of `x = …`, (None, value) of `return …`."""
    if isinstance(statement, ast.Return) and statement.value is not None:
        return None, statement.value
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        return (target, statement.value) if isinstance(target, ast.Name) else None
    return None


def _default(handler: ast.ExceptHandler) -> tuple[ast.Name | None, ast.expr] | None:
    is_key_error = isinstance(handler.type, ast.Name) and handler.type.id == "KeyError"
    return (
        _assigned(handler.body[0]) if is_key_error and not handler.name and len(handler.body) == 1 else None
    )


def _is_plain_lookup(context: FunctionContext, node: ast.Subscript) -> bool:
    """table[key], where nothing but the look-up can raise a KeyError."""
    return (
        isinstance(node.value, ast.Name)
        and context.inference.of(node.value).name == "dict"
        and isinstance(node.slice, ast.Name | ast.Constant)
    )


def _is_ready(context: FunctionContext, default: ast.expr) -> bool:
    """Whether the default costs nothing and cannot fail: it is now evaluated in any case."""
    if constant(default) is not ...:
        return True
    return (
        isinstance(default, ast.Name)
        and default.id in parameters(context.node)
        and not bindings_of(context, default.id)
    )


STRATEGY = BuiltinStrategy("get-with-default", "exception_flow", _build, __doc__ or "", ("VX717",))
