"""Asks whether something is there instead of counting how often it is.

What it does: `line.count("x") > 0` becomes `"x" in line`, and `== 0` becomes `not in`: the search ends at the
first hit. In a loop, what a parameter of unknown type holds is asked as well.

Example:
    def has_tab(line: str) -> bool:
        return line.count("\\t") > 0

Result:
    def has_tab(line: str) -> bool:
        return "\\t" in line

Inputs:
    ("a\\tb",)
    ("",)

When it is unsafe: other types may count otherwise; only strings, bytes, lists and tuples are dealt with. Elements of
one's own classes are compared less often.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.loops import stands_in_loop
from velox_engine.strategies.patterns import match_expr

_PRESENT = ("M_x.count(M_y) > 0", "M_x.count(M_y) >= 1", "M_x.count(M_y) != 0", "0 < M_x.count(M_y)")
_ABSENT = ("M_x.count(M_y) == 0", "M_x.count(M_y) < 1", "M_x.count(M_y) <= 0")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not isinstance(node, ast.Compare):
            continue
        for templates, word in ((_PRESENT, "in"), (_ABSENT, "not in")):
            for template in templates:
                found = match_expr(template, node)
                if found and _means_the_same(context, found["M_x"], found["M_y"]):
                    text = f"{context.operand(found['M_y'])} {word} {context.operand(found['M_x'])}"
                    new = f"({text})" if _binds_tighter(context, node) else text
                    yield Rewrite((context.layout.replace(node, new),), "stop at the first one")


def _means_the_same(context: FunctionContext, searched: ast.expr, wanted: ast.expr) -> bool:
    where, what = context.inference.of(searched), context.inference.of(wanted)
    # Text, bytes, lists, tuples and deques agree on it; a class of one's own is for verification to find.
    if (
        where.name == ""
        and isinstance(searched, ast.Name)
        and what.name in ("", "str", "int", "bytes", "bool")
    ):
        return searched.id in parameters(context.node) and stands_in_loop(context, searched)
    if where.name == "str":
        return what.name == "str"
    if where.name == "bytes":
        return what.name == "bytes"
    return where.name in ("list", "tuple") and what.is_builtin_value


def _binds_tighter(context: FunctionContext, node: ast.Compare) -> bool:
    """Whether the comparison stands where the new text needs the parentheses that it may not have had."""
    return isinstance(context.parents.get(node), ast.Compare | ast.BinOp | ast.UnaryOp)


STRATEGY = BuiltinStrategy("contains-not-count", "builtin_substitution", _build, __doc__ or "", ("VX209",))
