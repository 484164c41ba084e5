"""Recognises work done for each character of a string, and how it must be guarded.

A function of one character gives the same result for the same character, so it need be evaluated once for each
distinct one; `str.translate` and `str.count` then do the rest in C.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.effects import is_private, keeps_contents
from velox_engine.strategies.purity import is_pure

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_NOT_TEXT = frozenset(
    {"list", "tuple", "set", "dict", "range", "bytes", "int", "frozenset", "generator", "float"}
)


@dataclass(frozen=True, slots=True)
class Characters:
    """An expression evaluated for each character of a string."""

    variable: str
    text: ast.expr
    guard: bool
    """Whether it is not known that the iterable is a str."""


def characters(
    context: FunctionContext, variable: ast.expr, iterable: ast.expr, *, parts: list[ast.expr]
) -> Characters | None:
    """The characters that `parts` are computed for; None when they may depend on anything else that changes."""
    if not isinstance(variable, ast.Name) or not isinstance(iterable, ast.Name):
        return None
    shape = context.inference.of(iterable)
    if shape.name in _NOT_TEXT or shape.name not in ("str", ""):
        return None
    if not all(is_pure(context, part) for part in parts):
        return None
    for part in parts:
        if any(
            isinstance(
                node,
                ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp | ast.Lambda | ast.NamedExpr,
            )
            for node in ast.walk(part)
        ):
            return None
        for name in all_names([part]) - {variable.id}:
            if context.is_builtin(name):
                continue
            if not keeps_contents(context, name, parts):
                return None
            if not (
                is_private(context, name) or name in context.scope.bound or _module_constant(context, name)
            ):
                return None
    return Characters(variable.id, iterable, shape.name == "")


def is_text(context: FunctionContext, node: ast.expr, variable: str) -> bool:
    """Whether the replacement is a str although the iterable's type is open: under the guard, c is one."""
    if isinstance(node, ast.IfExp):
        return is_text(context, node.body, variable) and is_text(context, node.orelse, variable)
    if isinstance(node, ast.Name) and node.id == variable:
        return True
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return is_text(context, node.func.value, variable)
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        shape = context.inference.of(node.value)
        if shape.is_mapping:
            return shape.value.name in ("str", "")
        return shape.name == "str"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return is_text(context, node.left, variable) and is_text(context, node.right, variable)
    return context.inference.of(node).name == "str"


def _module_constant(context: FunctionContext, name: str) -> bool:
    written = context.facts.stores.get(name, ())
    return len(written) == 1 or (not written and name in context.known_functions)
