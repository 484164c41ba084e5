"""Takes the smallest or largest element without sorting everything.

What it does: `sorted(xs)[0]` becomes `min(xs)` and `sorted(xs)[-1]` becomes `max(xs)` where xs is known not to be
empty; elsewhere `heapq.nsmallest(1, xs)[0]`, which raises the same IndexError.

Example:
    def cheapest(prices: list[int]):
        if not prices:
            return None
        return sorted(prices)[0]

Result:
    def cheapest(prices: list[int]):
        if not prices:
            return None
        return min(prices)

Inputs:
    ([3, 1, 2],)
    ([],)

When it is unsafe: an empty input raises ValueError instead of IndexError; NaN has no place in an order, so floats
are left alone; of equal elements that differ (1 and True) `sorted(xs)[-1]` is the last and `max` the first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import same
from velox_engine.strategies.shape import element_of
from velox_engine.types import TextEdit

_UNORDERED = frozenset({"float", "number"})
_LOOK_ALIKE_FREE = frozenset({"int", "str", "bytes"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            edits = _edits(context, node)
            if edits:
                yield Rewrite(tuple(edits), "take one end of the order without sorting")


def _edits(context: FunctionContext, node: ast.Subscript) -> list[TextEdit] | None:
    call, index = node.value, constant(node.slice)
    if index not in (0, -1) or isinstance(index, bool | float):
        return None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "sorted"):
        return None
    if not context.is_builtin("sorted") or len(call.args) != 1 or isinstance(call.args[0], ast.Starred):
        return None
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if set(keywords) - {"key", "reverse"}:
        return None
    reverse = constant(keywords["reverse"]) if "reverse" in keywords else False
    if not isinstance(reverse, bool):
        return None
    element = element_of(context.inference.of(call.args[0]))
    if element.name in _UNORDERED or (element.name == "" and _uses_floats(context)):
        return None
    smallest = (index == 0) != reverse
    # sorted is stable: its first element is the first of the equal ones, its last the last of them.
    if index == -1 and ("key" in keywords or element.name not in _LOOK_ALIKE_FREE):
        return None
    argument = context.text(call.args[0])
    key = f", key={context.text(keywords['key'])}" if "key" in keywords else ""
    if _known_filled(context, node, call.args[0]):
        function = "min" if smallest else "max"
        context.need_builtins(function)
        return [context.layout.replace(node, f"{function}({argument}{key})")]
    name, imported = import_member(context, "heapq", "nsmallest" if smallest else "nlargest")
    return [context.layout.replace(node, f"{name}(1, {argument}{key})[0]"), *imported]


def _uses_floats(context: FunctionContext) -> bool:
    return any(
        (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
        for node in ast.walk(context.node)
    )  # fmt: skip


def _known_filled(context: FunctionContext, node: ast.AST, items: ast.expr) -> bool:
    """Whether a test before or around the expression rules out that there is nothing to choose from."""
    if not isinstance(items, ast.Name):
        return False
    current: ast.AST = node
    while current in context.parents:
        parent = context.parents[current]
        if isinstance(parent, ast.If | ast.IfExp) and _is_filled(parent.test, items):
            inside = parent.body if isinstance(parent.body, list) else [parent.body]
            if current in inside:
                return True
        if isinstance(parent, ast.IfExp) and parent.orelse is current and _is_empty(parent.test, items):
            return True
        for field in ("body", "orelse"):
            block = getattr(parent, field, None)
            if isinstance(block, list) and current in block:
                for statement in block[: block.index(current)]:
                    if isinstance(statement, ast.If) and _is_empty(statement.test, items) and isinstance(
                        statement.body[-1], ast.Return | ast.Raise | ast.Continue
                    ):  # fmt: skip
                        return _unchanged(context, items)
        current = parent
    return False


def _unchanged(context: FunctionContext, items: ast.Name) -> bool:
    return not any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == items.id
        and part.attr in ("pop", "remove", "clear", "popleft")
        for part in ast.walk(context.node)
    )


def _is_filled(test: ast.expr, items: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(_is_filled(value, items) for value in test.values)
    if same(test, items):
        return True
    return (
        isinstance(test, ast.Compare)
        and _length(test.left, items)
        and isinstance(test.ops[0], ast.Gt | ast.GtE)
    )


def _is_empty(test: ast.expr, items: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(_is_empty(value, items) for value in test.values)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return same(test.operand, items) or _length(test.operand, items)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and _length(test.left, items):
        return isinstance(test.ops[0], ast.Eq | ast.Lt | ast.LtE) and (
            constant(test.comparators[0]) == 0 or isinstance(test.ops[0], ast.Lt)
        )
    return isinstance(test, ast.Compare) and same(test.left, items) and isinstance(test.ops[0], ast.Eq)


def _length(node: ast.expr, items: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "len"
        and same(node.args[0], items)
    )


STRATEGY = BuiltinStrategy("min-max", "sorting_selection", _build, __doc__ or "", ("VX501",))
