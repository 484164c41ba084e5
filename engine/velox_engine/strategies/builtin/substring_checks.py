"""Compares parts of strings in place instead of cutting them out first.

What it does: `s[i:i + len(t)] == t` becomes `s.startswith(t, i)`, `s[:len(t)] == t` becomes `s.startswith(t)`, and a
loop that counts the places where a substring starts jumps from one find to the next.

Example:
    def occurrences(text: str, part: str):
        count = 0
        for i in range(len(text) - len(part) + 1):
            if text[i:i + len(part)] == part:
                count += 1
        return count

Result:
    def occurrences(text: str, part: str):
        count = 0
        position = text.find(part)
        while position != -1:
            count += 1
            position = text.find(part, position + 1)
        return count

Inputs:
    ("banana", "ana")
    ("abc", "")
    ("", "a")
    ("", "")

When it is unsafe: anything but strings, so both must be known to be str.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, same

_PARTS = ("M_s[M_i:M_i + len(M_t)]", "M_s[M_i:len(M_t) + M_i]")
_STARTS = ("M_s[:len(M_t)]", "M_s[0:len(M_t)]")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        found = match_stmt(
            "for M_i in range(len(M_s) - len(M_t) + 1):\n if M_s[M_i:M_i + len(M_t)] == M_t:\n  M_n += 1",
            place.statement,
        )
        if (
            found
            and _are_text(context, found["M_s"], found["M_t"])
            and isinstance(found["M_i"], ast.Name)
            and not read_outside(context, found["M_i"].id, place.statement)
            and isinstance(found["M_n"], ast.Name)
        ):
            text, part = context.text(found["M_s"]), context.text(found["M_t"])
            position, unit = context.fresh("position", "found_at"), context.layout.unit
            code = (
                f"{position} = {text}.find({part})\nwhile {position} != -1:\n{unit}{found['M_n'].id} += 1\n"
                f"{unit}{position} = {text}.find({part}, {position} + 1)"
            )
            edit = context.layout.replace_statements(place.statement, place.statement, code)
            if edit:
                yield Rewrite((edit,), "jump from one occurrence to the next")
    for node in ast.walk(context.node):
        if not (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        ):
            continue
        for part, whole in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
            text = _starts(context, part, whole)
            if text:
                negation = "not " if isinstance(node.ops[0], ast.NotEq) else ""
                yield Rewrite((context.layout.replace(node, negation + text),), "compare in place")
                break


def _starts(context: FunctionContext, part: ast.expr, whole: ast.expr) -> str | None:
    for template in _STARTS:
        found = match_expr(template, part)
        if found and same(found["M_t"], whole) and _are_text(context, found["M_s"], whole):
            return f"{context.text(found['M_s'])}.startswith({context.text(whole)})"
    for template in _PARTS:
        found = match_expr(template, part)
        # A negative index would count from the end in one and not in the other.
        if (
            found
            and same(found["M_t"], whole)
            and _are_text(context, found["M_s"], whole)
            and _counts_from_zero(context, found["M_i"])
        ):
            return f"{context.text(found['M_s'])}.startswith({context.text(whole)}, {context.text(found['M_i'])})"
    return None


def _counts_from_zero(context: FunctionContext, index: ast.expr) -> bool:
    if not isinstance(index, ast.Name):
        return isinstance(constant(index), int) and not isinstance(index, ast.UnaryOp)
    for node in ast.walk(context.node):
        if (
            isinstance(node, ast.For | ast.comprehension)
            and isinstance(node.target, ast.Name)
            and node.target.id == index.id
        ):
            first = match_expr("range(M_n)", node.iter) or match_expr("range(0, M_n)", node.iter)
            return first is not None
    return False


def _are_text(context: FunctionContext, *nodes: ast.expr) -> bool:
    return all(
        context.inference.of(node).name == "str" or _is_compared_as_text(context, node) for node in nodes
    )


def _is_compared_as_text(context: FunctionContext, node: ast.expr) -> bool:
    """Whether a slice of it is compared to a string literal elsewhere."""
    return any(
        isinstance(part, ast.Compare)
        and isinstance(part.left, ast.Subscript)
        and isinstance(part.left.slice, ast.Slice)
        and same(part.left.value, node)
        and isinstance(constant(part.comparators[0]), str)
        for part in ast.walk(context.node)
    )


STRATEGY = BuiltinStrategy("substring-checks", "copy_elimination", _build, __doc__ or "", ("VX208",))
