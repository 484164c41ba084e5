"""Tests membership in a constant set instead of a list or tuple of constants.

What it does: `x in ["a", "b", "c"]` with constants is a linear search; written as a set display it is one look-up in
a frozenset that the compiler builds. A name that only stands for such constants is replaced by them. So it goes for
three or more `x == "a" or x == "b" or …`.

Example:
    def vowels(words: list[str]):
        return [word for word in words if word.lower() in ["a", "e", "i", "o", "u"]]

Result:
    def vowels(words: list[str]):
        return [word for word in words if word.lower() in {"a", "e", "i", "o", "u"}]

Inputs:
    (["A", "b", "e"],)
    ([],)

When it is unsafe: when what is looked up may be unhashable, so its type must be known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import only_binding
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import same

_FEWEST = 3


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if isinstance(node, ast.BoolOp):
            text = _chain(context, node)
            if text:
                yield Rewrite((context.layout.replace(node, text),), "look constants up in a set")
            continue
        if not (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and isinstance(node.ops[0], ast.In | ast.NotIn)
        ):
            continue
        container = node.comparators[0]
        display = container
        if isinstance(container, ast.Name):
            display = only_binding(context, container.id)
            if display is None or container.id in context.scope.inner:
                continue
            if not isinstance(display, ast.Tuple) and not _only_searched(context, container.id):
                continue
        if not isinstance(display, ast.List | ast.Tuple) or len(display.elts) < _FEWEST:
            continue
        if not all(isinstance(constant(item), str | int | bytes) for item in display.elts):
            continue
        if not _hashable(context, node.left):
            continue
        items = ", ".join(context.text(item) for item in display.elts)
        if "\n" not in items and len(items) < 90:
            yield Rewrite((context.layout.replace(container, f"{{{items}}}"),), "look constants up in a set")


def _chain(context: FunctionContext, node: ast.BoolOp) -> str | None:
    """c in {"a", "e", "i"} for c == "a" or c == "e" or c == "i", `not in` for the opposite."""
    asked, wanted = (ast.Eq, "in") if isinstance(node.op, ast.Or) else (ast.NotEq, "not in")
    first = node.values[0]
    if (
        len(node.values) < _FEWEST
        or not isinstance(first, ast.Compare)
        or not isinstance(first.left, ast.Name)
    ):
        return None
    items = []
    for value in node.values:
        if not isinstance(value, ast.Compare) or len(value.ops) != 1 or not isinstance(value.ops[0], asked):
            return None
        item = value.comparators[0]
        if not same(value.left, first.left) or not isinstance(constant(item), str | int | bytes):
            return None
        items.append(context.text(item))
    if not context.inference.of(first.left).hashable:
        return None
    if context.layout.comments_between(context.layout.start(node), context.layout.end(node)):
        return None
    text = f"{first.left.id} {wanted} {{{', '.join(dict.fromkeys(items))}}}"
    return text if "\n" not in text and len(text) < 90 else None


def _hashable(context: FunctionContext, node: ast.expr) -> bool:
    if context.inference.of(node).hashable:
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("lower", "upper", "strip", "casefold", "lstrip", "rstrip", "title")
    return False


def _only_searched(context: FunctionContext, name: str) -> bool:
    return all(
        isinstance(context.parents.get(node), ast.Compare)
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    )


STRATEGY = BuiltinStrategy("constant-membership", "precomputation", _build, __doc__ or "", ("VX514",))
