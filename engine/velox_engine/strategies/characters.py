"""Recognises work done for each character of a string, and how it must be guarded.

A function of one character gives the same result for the same character, so it need be evaluated once for each
distinct one; `str.translate` and `str.count` then do the rest in C.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import all_names, loads_of
from velox_engine.strategies.effects import is_private, keeps_contents
from velox_engine.strategies.purity import is_pure
from velox_engine.strategies.shape import element_of

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


def works_on_text(context: FunctionContext, variable: str, parts: list[ast.expr]) -> bool:
    """Whether the parts show that the elements are strings: a method of str, ord, or membership in a constant str."""
    for part in parts:
        for load in loads_of(variable, part):
            parent = context.parents.get(load)
            if isinstance(parent, ast.Attribute):
                return True
            if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id == "ord":
                return True
            if isinstance(parent, ast.Compare) and any(
                context.inference.of(side).name == "str"
                or element_of(context.inference.of(side)).name == "str"
                for side in (parent.left, *parent.comparators)
            ):
                return True
    return False


def _module_constant(context: FunctionContext, name: str) -> bool:
    written = [
        node
        for node in ast.walk(context.module)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    return len(written) == 1 or (not written and name in context.known_functions)
