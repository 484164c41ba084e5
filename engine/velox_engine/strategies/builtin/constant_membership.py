"""Tests membership in a constant set instead of a list or tuple of constants.

What it does: `x in ["a", "b", "c"]` with constants is a linear search; written as a set display it is one look-up in
a frozenset that the compiler builds. A name that only stands for such constants is replaced by them.

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
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.loops import constant


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if not (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and isinstance(node.ops[0], ast.In | ast.NotIn)
        ):
            continue
        container = node.comparators[0]
        display = container
        if isinstance(container, ast.Name):
            values = bindings_of(context, container.id)
            if len(values) != 1 or values[0] is None or container.id in context.scope.inner:
                continue
            display = values[0]
            if not isinstance(display, ast.Tuple) and not _only_searched(context, container.id):
                continue
        if not isinstance(display, ast.List | ast.Tuple) or len(display.elts) < 3:
            continue
        if not all(isinstance(constant(item), str | int | bytes) for item in display.elts):
            continue
        if not _hashable(context, node.left):
            continue
        items = ", ".join(context.text(item) for item in display.elts)
        if "\n" not in items and len(items) < 90:
            yield Rewrite((context.layout.replace(container, f"{{{items}}}"),), "look constants up in a set")


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


STRATEGY = BuiltinStrategy("constant-membership", "precomputation", _build, __doc__ or "")
