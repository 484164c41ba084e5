"""Filters a list in place once instead of removing its elements one by one.

What it does: a loop over a copy of a list that removes the elements for which a test is true, and `while x in xs:
xs.remove(x)`, assign the elements that stay to the whole list. It is the same list object, so everybody who holds it
sees the result.

Example:
    def drop_even(numbers: list[int]):
        for number in numbers[:]:
            if number % 2 == 0:
                numbers.remove(number)
        return numbers

Result:
    def drop_even(numbers: list[int]):
        numbers[:] = [number for number in numbers if not (number % 2 == 0)]
        return numbers

Inputs:
    ([1, 2, 4, 3],)
    ([],)
    ([2, 2],)

When it is unsafe: when the test looks at more than the element, so that what was removed before changes its answer, or
tells equal elements apart (1 and 1.0 by their type).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import cannot_raise, is_pure
from velox_engine.strategies.rendering import fits, one_line

_COPIES = ("M_xs[:]", "list(M_xs)", "M_xs.copy()", "copy.copy(M_xs)")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        code = _filtered(context, loop) if isinstance(loop, ast.For) else _without(context, loop)
        if code and fits(context, code, loop):
            edit = context.layout.replace_statements(loop, loop, code)
            if edit:
                yield Rewrite((edit,), "keep what stays in one pass")


def _filtered(context: FunctionContext, loop: ast.For) -> str | None:
    copied = next((found for found in (match_expr(one, loop.iter) for one in _COPIES) if found), None)
    if (
        not copied
        or not isinstance(copied["M_xs"], ast.Name)
        or not isinstance(loop.target, ast.Name)
        or loop.orelse
    ):
        return None
    name, item = copied["M_xs"].id, loop.target.id
    removal = match_stmt(f"if M_t:\n {name}.remove({item})", loop.body[0]) if len(loop.body) == 1 else None
    if not removal or read_outside(context, item, loop):
        return None
    test = removal["M_t"]
    if name in all_names([test]) or item not in all_names([test]) or not is_pure(context, test):
        return None
    if _tells_equals_apart(test) or context.inference.of(copied["M_xs"]).name not in ("list", ""):
        return None
    # An error half-way would leave the list half filtered.
    if not _is_quiet(context, test):
        return None
    text = one_line(context.text(test))
    return f"{name}[:] = [{item} for {item} in {name} if not ({text})]" if text else None


def _is_quiet(context: FunctionContext, test: ast.expr) -> bool:
    return cannot_raise(context, test) or all(
        isinstance(
            node,
            ast.Compare | ast.BoolOp | ast.Name | ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.boolop
            | ast.cmpop | ast.unaryop | ast.expr_context,
        )
        for node in ast.walk(test)
    )  # fmt: skip


def _tells_equals_apart(test: ast.expr) -> bool:
    return any(
        isinstance(node, ast.Is | ast.IsNot)
        or (isinstance(node, ast.Name) and node.id in ("type", "isinstance", "id", "str", "repr", "hasattr"))
        for node in ast.walk(test)
    )


def _without(context: FunctionContext, loop: ast.stmt) -> str | None:
    found = match_stmt("while M_v in M_xs:\n M_xs.remove(M_v)", loop)
    if (
        not found
        or not isinstance(found["M_xs"], ast.Name)
        or not isinstance(found["M_v"], ast.Name | ast.Constant)
    ):
        return None
    name, value = found["M_xs"].id, found["M_v"]
    if (
        context.inference.of(found["M_xs"]).name not in ("list", "")
        or context.inference.of(value).name == "float"
    ):
        return None
    item = context.fresh("item", "element")
    return f"{name}[:] = [{item} for {item} in {name} if {item} != {context.text(value)}]"


STRATEGY = BuiltinStrategy("drop-while-removing", "in_place_update", _build, __doc__ or "")
