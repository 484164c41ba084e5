"""Copies nested lists of plain values row by row instead of with `deepcopy`.

What it does: `copy.deepcopy(grid)` of what the hints call a list of lists of numbers or strings becomes
`[row[:] for row in grid]`, and of a flat list, dict or set a plain copy; `json.loads(json.dumps(rows))` likewise, where
JSON gives back what it was given. `deepcopy` looks at every value, remembers it and dispatches on its type.

Example:
    import copy


    def cleared(grid: list[list[int]]) -> list[list[int]]:
        result = copy.deepcopy(grid)
        for line in result:
            line[0] = 0
        return result

Result:
    import copy


    def cleared(grid: list[list[int]]) -> list[list[int]]:
        result = [row[:] for row in grid]
        for line in result:
            line[0] = 0
        return result

Inputs:
    ([[1, 2], [3, 4]],)
    ([],)

When it is unsafe: when one row stands in the list twice, which `deepcopy` keeps so, or the values are objects of one's
own. So the hints must say what the list holds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.shape import Shape, element_of

_PLAIN = frozenset({"int", "str", "float", "bool", "bytes", "none"})
# What JSON text gives back as it was; keys of other types become text.
_WRITTEN = frozenset({"int", "str", "float", "bool", "none"})
_KEYS_WRITTEN = frozenset({"str"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    json = context.facts.imported_as("json")
    for node in ast.walk(context.node):
        found = match_expr("copy.deepcopy(M_x)", node) or match_expr("deepcopy(M_x)", node)
        by_text = match_expr(f"{json}.loads({json}.dumps(M_x))", node) if json else None
        found = found or by_text
        if not found or not isinstance(node, ast.Call):
            continue
        if json in context.scope.bound if by_text else not _is_copy_module(context, node):
            continue
        value = found["M_x"]
        if not isinstance(value, ast.Name | ast.Attribute | ast.Subscript):
            continue
        plain, keys = (_WRITTEN, _KEYS_WRITTEN) if by_text else (_PLAIN, _PLAIN)
        text = _copied(context, context.inference.of(value), context.text(value), plain, keys)
        if text:
            yield Rewrite((context.layout.replace(node, text),), "copy the rows, whose values cannot change")


def _is_copy_module(context: FunctionContext, node: ast.Call) -> bool:
    name = (
        node.func.value.id
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        else ""
    )
    for statement in context.module.body:
        if isinstance(statement, ast.Import) and name == "copy" and "copy" not in context.scope.bound:
            if any(alias.name == "copy" and not alias.asname for alias in statement.names):
                return True
        elif isinstance(statement, ast.ImportFrom) and statement.module == "copy" and not name:
            return any(alias.name == "deepcopy" and not alias.asname for alias in statement.names)
    return False


def _copied(
    context: FunctionContext, shape: Shape, text: str, plain: frozenset[str], keys: frozenset[str]
) -> str | None:
    """The text of a copy, for values of the `plain` types and dicts with `keys` of these."""
    if shape.evidence == "use":
        return None
    inner = element_of(shape)
    if shape.name == "list" and inner.name in plain:
        return f"{text}[:]"
    if shape.name == "set" and inner.name in plain and keys == plain:
        return f"{text}.copy()"
    if _is_flat_dict(shape, plain, keys):
        return f"{text}.copy()"
    if shape.name == "list" and inner.name == "list" and element_of(inner).name in plain:
        row = context.fresh("row", "inner")
        return f"[{row}[:] for {row} in {text}]"
    if shape.name == "list" and _is_flat_dict(inner, plain, keys):
        row = context.fresh("row", "inner")
        return f"[{row}.copy() for {row} in {text}]"
    if (
        shape.name == "dict"
        and inner.name in keys
        and shape.value.name == "list"
        and element_of(shape.value).name in plain
    ):
        key, row = context.fresh("key", "name"), context.fresh("row", "values")
        return f"{{{key}: {row}[:] for {key}, {row} in {text}.items()}}"
    return None


def _is_flat_dict(shape: Shape, plain: frozenset[str], keys: frozenset[str]) -> bool:
    return shape.name == "dict" and shape.element.name in keys and shape.value.name in plain


STRATEGY = BuiltinStrategy("copy-by-rows", "copy_elimination", _build, __doc__ or "", ("VX121", "VX715"))
