"""How many dimensions a function takes the arrays it is given to have."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def dimensions(function: ast.AST) -> dict[str, int]:
    """Names to their number of dimensions as unpacked shapes, subscripts and checks show it, the most that is shown."""
    found: dict[str, int] = {}
    for name, count in _shown(function):
        found[name] = max(found.get(name, 0), count)
    return found


def _shown(function: ast.AST) -> Iterator[tuple[str, int]]:
    inner = {
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Subscript)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            # Ex) rows, columns = grid.shape
            name, target = _holder(node.value, "shape"), node.targets[0]
            parts = target.elts if isinstance(target, ast.Tuple) else []
            if name and parts and not any(isinstance(part, ast.Starred) for part in parts):
                yield name, len(parts)
        elif isinstance(node, ast.Subscript) and node not in inner:
            yield from _subscripted(node)
        elif isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Constant):
            # Ex) assert grid.ndim == 2, and the element in `if numbers[i] > 0`
            name, value = _holder(node.left, "ndim"), node.comparators[0].value
            if name and isinstance(node.ops[0], ast.Eq) and type(value) is int:
                yield name, value
            if (
                type(value) in (int, float)
                and isinstance(node.left, ast.Subscript)
                and node.left not in inner
            ):
                yield from _subscripted(node.left, element=True)


def _holder(node: ast.AST, attribute: str) -> str:
    """The name in `name.attribute`; "" for anything else."""
    if isinstance(node, ast.Attribute) and node.attr == attribute and isinstance(node.value, ast.Name):
        return node.value.id
    return ""


def _subscripted(node: ast.Subscript, *, element: bool = False) -> Iterator[tuple[str, int]]:
    """What `a[i, j]`, `a[i][j]` and `a.shape[1]` show; one index alone shows a dimension only of what is an element."""
    name = _holder(node.value, "shape")
    if name:
        if isinstance(node.slice, ast.Constant) and type(node.slice.value) is int and node.slice.value >= 1:
            yield name, node.slice.value + 1
        return
    count = 0
    base: ast.expr = node
    while isinstance(base, ast.Subscript):
        parts = base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]
        if any(isinstance(part, ast.Constant) and part.value in (None, ...) for part in parts):
            return
        count += len(parts)
        base = base.value
    if isinstance(base, ast.Name) and (count > 1 or element):
        yield base.id, count
