"""Collects bytes in a bytearray instead of adding to a bytes object in a loop.

What it does: a local bytes object that starts as a constant and to which a loop adds becomes a bytearray, and where
it is used in the end, `bytes(…)` of it. Adding to bytes copies all of them each time; unlike for str, no interpreter
avoids it.

Example:
    def encode(numbers: list[int]) -> bytes:
        out = b""
        for number in numbers:
            out += number.to_bytes(4, "big")
        return out

Result:
    def encode(numbers: list[int]) -> bytes:
        out = bytearray()
        for number in numbers:
            out += number.to_bytes(4, "big")
        return bytes(out)

Inputs:
    ([1, 2, 70000],)
    ([],)
    ([2**40],)

When it is unsafe: when the loop reads what it has built so far, and when something else than bytes is added, which a
bytearray refuses in other words.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.loops import places, stands_in_loop
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in context.own):
        return
    for name in sorted(context.scope.bound - set(parameters(context.node)) - context.scope.inner):
        edits = _edits(context, name)
        if edits:
            yield Rewrite(tuple(edits), f"collect {name} in a bytearray")


def _edits(context: FunctionContext, name: str) -> list[TextEdit] | None:
    values = bindings_of(context, name)
    if (
        len(values) != 1
        or name in parameters(context.node)
        or not (isinstance(values[0], ast.Constant) and isinstance(values[0].value, bytes))
    ):
        return None
    repeated = False
    made = None
    for place in places(context.node):
        statement = place.statement
        if isinstance(statement, ast.Assign) and statement.value is values[0]:
            made = place
        if isinstance(statement, ast.AugAssign) and match_expr(name, statement.target):
            if not isinstance(statement.op, ast.Add) or not _is_bytes(context, statement.value):
                return None
            repeated = repeated or bool(place.loops and (made is None or place.loops != made.loops))
    if made is None or not repeated or any(isinstance(node, ast.Delete) for node in context.own):
        return None
    loads = loads_of(name, context.node)
    # A read in a loop would copy each time what the bytearray was to spare.
    if any(stands_in_loop(context, load, made.loops) for load in loads):
        return None
    context.need_builtins("bytes", "bytearray")
    layout = context.layout
    start = values[0]
    text = "bytearray()" if not start.value else f"bytearray({context.text(start)})"
    return [layout.replace(start, text), *(layout.replace(load, f"bytes({name})") for load in loads)]


def _is_bytes(context: FunctionContext, value: ast.expr) -> bool:
    """Whether it is sure to be bytes: of a type that is only hinted, the error for another one would read otherwise."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return _is_bytes(context, value.left) and _is_bytes(context, value.right)
    if isinstance(value, ast.Constant):
        return isinstance(value.value, bytes)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id == "bytes" and context.is_builtin("bytes")
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return value.func.attr in ("to_bytes", "fromhex") or _encodes_text(context, value, value.func.value)
    shape = context.inference.of(value)
    return shape.name == "bytes" and shape.evidence == "proved"


def _encodes_text(context: FunctionContext, call: ast.Call, text: ast.expr) -> bool:
    """Whether it is the method of a text: `encode` of a codec or of a type of one's own may give anything."""
    if any(isinstance(node, ast.FunctionDef) and node.name == "encode" for node in context.facts.nodes):
        return False
    named = [*call.args, *(keyword.value for keyword in call.keywords)]
    return (
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "encode"
        and context.inference.of(text).name in ("str", "")
        and all(isinstance(one, ast.Constant) for one in named)
    )


STRATEGY = BuiltinStrategy("bytes-buffer", "string_building", _build, __doc__ or "", ("VX201",))
