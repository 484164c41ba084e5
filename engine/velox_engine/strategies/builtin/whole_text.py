"""Reverses and replaces in a whole string at once instead of going through its characters.

What it does: a loop that puts each character in front, a loop over the positions from the last to the first, and
`"".join(reversed(s))` become `s[::-1]`; `"".join` over a choice between one character and another text becomes
`s.replace(…)`. Where the type is open, anything but a str still takes the old way.

Example:
    def backwards(text: str):
        result = ""
        for character in text:
            result = character + result
        return result

Result:
    def backwards(text: str):
        result = ""
        result = text[::-1] + result
        return result

Inputs:
    ("abc",)
    ("",)

When it is unsafe: for lists of strings, whose elements may be longer than one character.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.guards import either
from velox_engine.strategies.loops import constant, is_fallback, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same

_BACKWARDS = ("range(len(M_s) - 1, -1, -1)", "reversed(range(len(M_s)))")
_REVERSED = (
    '"".join(reversed(M_s))',
    '"".join(list(reversed(M_s)))',
    '"".join(list(M_s)[::-1])',
    '"".join(M_s[::-1])',
)
_CHOSEN = (
    '"".join([M_r if M_c == M_x else M_c for M_c in M_s])', '"".join(M_r if M_c == M_x else M_c for M_c in M_s)',
    '"".join([M_c if M_c != M_x else M_r for M_c in M_s])', '"".join(M_c if M_c != M_x else M_r for M_c in M_s)',
)  # fmt: skip
_KEPT = ('"".join([M_c for M_c in M_s if M_c != M_x])', '"".join(M_c for M_c in M_s if M_c != M_x)')


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For) and not place.statement.orelse:
            rewrite = _loop(context, place.statement)
            if rewrite:
                yield rewrite
    for node in ast.walk(context.node):
        if isinstance(node, ast.Call):
            rewrite = _joined(context, node)
            if rewrite:
                yield rewrite


def _loop(context: FunctionContext, loop: ast.For) -> Rewrite | None:
    if (
        len(loop.body) != 1
        or not isinstance(loop.target, ast.Name)
        or read_outside(context, loop.target.id, loop)
    ):
        return None
    variable = loop.target.id
    front = match_stmt(f"M_r = {variable} + M_r", loop.body[0])
    text: ast.expr | None = loop.iter if front else None
    code = "{r} = {s}[::-1] + {r}"
    if not front:
        header = next((found for found in (match_expr(one, loop.iter) for one in _BACKWARDS) if found), None)
        if header:
            front = match_stmt(f"M_r += M_s[{variable}]", loop.body[0]) or match_stmt(
                f"M_r = M_r + M_s[{variable}]", loop.body[0]
            )
            if front and same(front["M_s"], header["M_s"]):
                text, code = header["M_s"], "{r} += {s}[::-1]"
    if not front or not isinstance(text, ast.Name) or not isinstance(front["M_r"], ast.Name):
        return None
    result = front["M_r"]
    if context.inference.of(ast.Name(result.id, ast.Load())).name not in ("str", "") or result.id == text.id:
        return None
    if not _starts_as_text(context, result.id) or is_fallback(context, loop, text.id):
        return None
    tests = _is_text(context, text)
    if tests is None:
        return None
    fast = code.format(r=result.id, s=text.id)
    edit = either(context, loop, loop, tests, fast, context.layout.block_text([loop]))
    return Rewrite((edit,), "reverse the whole text at once") if edit else None


def _starts_as_text(context: FunctionContext, name: str) -> bool:
    return any(
        isinstance(place.statement, ast.Assign)
        and same(place.statement.targets[0], ast.Name(name, ast.Store()))
        and isinstance(constant(place.statement.value), str)
        for place in places(context.node)
    )


def _is_text(context: FunctionContext, node: ast.expr) -> list[str] | None:
    shape = context.inference.of(node)
    if shape.name == "str":
        return []
    if shape.name != "":
        return None
    context.need_builtins("isinstance", "str")
    return [f"isinstance({context.text(node)}, str)"]


def _joined(context: FunctionContext, node: ast.Call) -> Rewrite | None:
    found = next((match for match in (match_expr(one, node) for one in _REVERSED) if match), None)
    if found:
        if not isinstance(found["M_s"], ast.Name) or not context.is_builtin("reversed"):
            return None
        return _replaced(
            context, node, found["M_s"], f"{found['M_s'].id}[::-1]", "reverse the whole text at once"
        )
    found = next((match for match in (match_expr(one, node) for one in (*_CHOSEN, *_KEPT)) if match), None)
    if not found or not isinstance(found["M_s"], ast.Name | ast.Call | ast.Subscript):
        return None
    old = constant(found["M_x"])
    new = constant(found["M_r"]) if "M_r" in found else ""
    if not isinstance(old, str) or len(old) != 1 or not isinstance(new, str):
        return None
    replacement = context.text(found["M_r"]) if "M_r" in found else '""'
    text = f"{context.operand(found['M_s'])}.replace({context.text(found['M_x'])}, {replacement})"
    return _replaced(context, node, found["M_s"], text, "replace in the whole text at once")


def _replaced(
    context: FunctionContext, node: ast.Call, text: ast.expr, new: str, note: str
) -> Rewrite | None:
    tests = _is_text(context, text)
    if tests is None or (tests and not isinstance(text, ast.Name)):
        return None
    parent = context.parents.get(node)
    if tests:
        if isinstance(parent, ast.IfExp) and "isinstance" in context.text(parent.test):
            return None
        old = context.text(node)
        if "\n" in old:
            return None
        new = f"{new} if {tests[0]} else {old}"
        if not isinstance(parent, ast.Return | ast.Assign):
            new = f"({new})"
    return Rewrite((context.layout.replace(node, new),), note)


STRATEGY = BuiltinStrategy("whole-text", "string_building", _build, __doc__ or "")
