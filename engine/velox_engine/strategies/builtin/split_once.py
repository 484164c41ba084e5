"""Splits a text only as often as the part that is wanted needs.

What it does: `line.split(",")[0]` becomes `line.split(",", 1)[0]`, and `path.split("/")[-1]` becomes
`path.rsplit("/", 1)[-1]`: the rest of the text is not cut up.

Example:
    def hosts(lines: list[str]) -> list[str]:
        return [line.split(",")[0] for line in lines]

Result:
    def hosts(lines: list[str]) -> list[str]:
        return [line.split(",", 1)[0] for line in lines]

Inputs:
    (["a,b,c", "d", ""],)
    ([],)

When it is unsafe: a separator that overlaps itself may be found elsewhere from the right; those are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant

_FARTHEST = 3  # beyond that most of the text is cut up anyway


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    layout = context.layout
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
            continue
        call, place = node.value, constant(node.slice)
        if not isinstance(call, ast.Call) or type(place) is not int or not -1 <= place <= _FARTHEST:
            continue
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in ("split", "rsplit"):
            continue
        if (
            call.keywords
            or len(call.args) > 1
            or context.inference.of(call.func.value).name not in ("str", "bytes")
        ):
            continue
        separator = constant(call.args[0]) if call.args else None
        if not _is_plain(separator):
            continue
        from_left = place >= 0
        attribute_end = layout.end(call.func)
        attribute_start = attribute_end - len(call.func.attr)
        method = "split" if from_left else "rsplit"
        times = place + 1 if from_left else 1
        edits = []
        if method != call.func.attr:
            edits.append(layout.between(attribute_start, attribute_end, method))
        if call.args:
            edits.append(layout.between(layout.end(call.args[0]), layout.end(call.args[0]), f", {times}"))
        else:
            edits.append(layout.between(attribute_end, layout.end(call), f"(None, {times})"))
        yield Rewrite(tuple(edits), "split no further than the part that is wanted")


def _is_plain(separator: object) -> bool:
    """Whether cutting at it gives the same parts from both sides: white space, or text that cannot overlap itself."""
    if separator is None:
        return True
    if not isinstance(separator, str | bytes) or not separator:
        return False
    return not any(separator.endswith(separator[:size]) for size in range(1, len(separator)))  # type: ignore[arg-type]


STRATEGY = BuiltinStrategy("split-once", "builtin_substitution", _build, __doc__ or "", ("VX206",))
