"""Answers a question about the text of a number from its type where no text of an int can hold what is looked for.

What it does: `"." in str(x)` is never true of an int, so plain ints are not written as text first.

Example:
    def whole_numbers(values):
        return [v for v in values if "." not in str(v)]

Result:
    def whole_numbers(values):
        return [v for v in values if (type(v) is int and v.bit_length() < 2000 or "." not in str(v))]

Inputs:
    ([1, 2.5, "3.0", "x", True, -7, None, 10**20],)
    ([],)

When it is unsafe: never: other types and ints too long to be written take the old way.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import stands_in_loop
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Compare) or not stands_in_loop(context, node):
            continue
        inside, outside = match_expr("M_c in str(M_x)", node), match_expr("M_c not in str(M_x)", node)
        found = inside or outside
        if not found or not isinstance(found["M_x"], ast.Name) or not _never_in_an_int(found["M_c"]):
            continue
        name = found["M_x"].id
        parent = context.parents.get(node)
        # Ex) type(v) is int and … or "." not in str(v), which is what this strategy makes.
        if isinstance(parent, ast.BoolOp) and f"type({name}) is int" in context.text(parent):
            continue
        context.need_builtins("type", "int", "str")
        known = f"type({name}) is int and {name}.bit_length() < 2000"
        code = f"(not ({known}) and {context.text(node)})" if inside else f"({known} or {context.text(node)})"
        yield Rewrite((context.layout.replace(node, code),), f"ask for the type of {name} before its text")


def _never_in_an_int(node: ast.expr) -> bool:
    """Whether it is asked whether a number has a point or an exponent; of other texts, values are seldom numbers."""
    return isinstance(node, ast.Constant) and node.value in (".", ".0", "e", "E", "j")


STRATEGY = BuiltinStrategy("text-of-number", "algorithm_change", _build, __doc__ or "")
