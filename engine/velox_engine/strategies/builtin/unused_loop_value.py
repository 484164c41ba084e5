"""Walks over what the loop uses, not over pairs of which it leaves one half aside.

What it does: `for i, x in enumerate(xs)` that never reads `i` goes over `xs`; `for key, value in table.items()` that
reads only one of the two goes over the dict or over its values.

Example:
    def total(sizes: list[int]) -> int:
        result = 0
        for i, size in enumerate(sizes):
            result = result * 3 + size
        return result

Result:
    def total(sizes: list[int]) -> int:
        result = 0
        for size in sizes:
            result = result * 3 + size
        return result

Inputs:
    ([3, 4],)
    ([],)

When it is unsafe: when the variable is read after the loop; then it is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import constant, used_outside, walks
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for loop, body in walks(context.node):
        if isinstance(loop, ast.For) and loop.type_comment:
            continue
        rewrite = _lighter(context, loop, body)
        if rewrite:
            yield rewrite


def _lighter(
    context: FunctionContext, loop: ast.For | ast.comprehension, body: Sequence[ast.AST]
) -> Rewrite | None:
    target = loop.target
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2:
        return None
    first, second = target.elts
    read = all_names(body)

    def unused(name: ast.expr) -> bool:
        if not isinstance(name, ast.Name) or name.id in read:
            return False
        return isinstance(loop, ast.comprehension) or not used_outside(context, name.id, loop)

    if not isinstance(first, ast.Name) and not isinstance(second, ast.Name):
        return None
    numbered = match_expr("enumerate(M_x)", loop.iter) or match_expr("enumerate(M_x, M_start)", loop.iter)
    if numbered and unused(first) and context.is_builtin("enumerate"):
        if type(constant(numbered.get("M_start", ast.Constant(0)))) is not int:
            return None
        return _rewritten(context, loop, second, context.text(numbered["M_x"]))
    pairs = match_expr("M_d.items()", loop.iter)
    if not pairs or not context.inference.of(pairs["M_d"]).is_mapping or isinstance(first, ast.Starred):
        return None
    table = context.text(pairs["M_d"])
    if unused(second):
        return _rewritten(context, loop, first, table)
    return _rewritten(context, loop, second, f"{table}.values()") if unused(first) else None


def _rewritten(
    context: FunctionContext, loop: ast.For | ast.comprehension, target: ast.expr, walked: str
) -> Rewrite | None:
    if isinstance(target, ast.Starred):
        return None
    layout = context.layout
    start, end = layout.start(loop.target), layout.end(loop.target)
    text = context.text(target)
    edits = (layout.between(start, end, text), layout.replace(loop.iter, walked))
    return Rewrite(edits, "walk over nothing that the loop does not read")


STRATEGY = BuiltinStrategy(
    "unused-loop-value", "loop_restructuring", _build, __doc__ or "", ("VX120", "VX317")
)
