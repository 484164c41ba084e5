"""Reads the counts from a Counter where `xs.count` is the key of a sort, a maximum or a minimum.

What it does: `max(set(xs), key=xs.count)`, and the same with `min` or `sorted`, counts all elements once in a Counter.
Each call of `count` goes through the whole list.

Example:
    def commonest(words: list[str]) -> str:
        return max(set(words), key=words.count)

Result:
    from collections import Counter


    def commonest(words: list[str]) -> str:
        return max(set(words), key=Counter(words).__getitem__)

Inputs:
    (["a", "b", "b"],)
    ([],)
    (["x"],)

When it is unsafe: for elements that are not hashable, and for a str, which counts substrings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.shape import element_of

_ORDERING = ("max", "min", "sorted")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Name)
            or node.func.id not in _ORDERING
        ):
            continue
        if len(node.args) != 1 or not context.is_builtin(node.func.id):
            continue
        for keyword in node.keywords:
            found = match_expr("M_x.count", keyword.value) or match_expr(
                "lambda M_y: M_x.count(M_y)", keyword.value
            )
            if keyword.arg == "key" and isinstance(keyword.value, ast.Lambda):
                found = _counting_lambda(keyword.value)
            if keyword.arg != "key" or not found or not isinstance(found["M_x"], ast.Name):
                continue
            items = node.args[0]
            whole = same(items, found["M_x"]) or match_expr(f"set({found['M_x'].id})", items) is not None
            shape = context.inference.of(found["M_x"])
            if (
                not whole
                or shape.name not in ("list", "tuple", "")
                or element_of(shape).name in ("list", "dict", "set")
            ):
                continue
            if shape.name == "" and same(items, found["M_x"]):
                # Only a set proves that the elements are hashable.
                continue
            counter, imported = import_member(context, "collections", "Counter")
            text = f"{counter}({found['M_x'].id}).__getitem__"
            yield Rewrite((context.layout.replace(keyword.value, text), *imported), "count all elements once")


def _counting_lambda(node: ast.Lambda) -> dict[str, ast.expr] | None:
    """xs of `lambda x: xs.count(x)`."""
    if len(node.args.args) != 1:
        return None
    return match_expr(f"M_x.count({node.args.args[0].arg})", node.body)


STRATEGY = BuiltinStrategy("count-keys", "data_structure", _build, __doc__ or "")
