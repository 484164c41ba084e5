"""Asks for several beginnings or endings in one call.

What it does: `line.startswith("#") or line.startswith("//")` becomes `line.startswith(("#", "//"))`, likewise
`endswith` and the form with `not … and not …`.

Example:
    def is_comment(line: str) -> bool:
        return line.startswith("#") or line.startswith("//")

Result:
    def is_comment(line: str) -> bool:
        return line.startswith(("#", "//"))

Inputs:
    ("# note",)
    ("x = 1",)

When it is unsafe: never for str and bytes; other types with such a method are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import groupby

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite

_Key = tuple[bool, str, str]
"""Negated, the method, the text that is asked."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    layout = context.layout
    for node in ast.walk(context.node):
        if not isinstance(node, ast.BoolOp):
            continue
        negated = isinstance(node.op, ast.And)
        for key, group in groupby(node.values, lambda value: _key(context, value)):
            questions = list(group)
            if key is None or key[0] is not negated or len(questions) < 2:
                continue
            _, method, text = key
            calls = [call for question in questions if isinstance(call := _asked(question), ast.Call)]
            answers = ", ".join(context.text(call.args[0]) for call in calls)
            new = f"{'not ' if negated else ''}{text}.{method}(({answers}))"
            whole = len(questions) == len(node.values)
            first, last = (node, node) if whole else (questions[0], questions[-1])
            edit = layout.between(layout.start(first), layout.end(last), new)
            if not layout.comments_between(layout.start(first), layout.end(last)):
                yield Rewrite((edit,), f"ask {method} once")


def _key(context: FunctionContext, value: ast.expr) -> _Key | None:
    """What has to agree among questions that become one."""
    call = _asked(value)
    if not isinstance(call, ast.Call) or call.keywords or len(call.args) != 1:
        return None
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in ("startswith", "endswith"):
        return None
    if not isinstance(func.value, ast.Name) or context.inference.of(func.value).name not in ("str", "bytes"):
        return None
    prefix = call.args[0]
    if not isinstance(prefix, ast.Constant) or not isinstance(prefix.value, str | bytes):
        return None
    return isinstance(value, ast.UnaryOp), func.attr, func.value.id


def _asked(value: ast.expr) -> ast.expr:
    """The call, `not` taken off."""
    return value.operand if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not) else value


STRATEGY = BuiltinStrategy("prefix-tuple", "builtin_substitution", _build, __doc__ or "", ("VX204",))
