"""What kind of value a parameter holds, by how its function uses it; evidence of use, the weakest there is."""

from __future__ import annotations

import ast
from collections.abc import Callable

from velox_engine.strategies.known_results import ONLY_STR
from velox_engine.strategies.shape import UNKNOWN, Shape


def shape_by_use(name: str, function: ast.AST, is_builtin: Callable[[str], bool]) -> Shape:
    """What a parameter without annotation must be for its uses to work."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and isinstance(func.value, ast.Name)
            and func.value.id == name
            and func.attr in ONLY_STR
        ):
            return Shape("str", evidence="use").with_characters()
        if isinstance(func, ast.Name) and func.id in ("range", "bin", "chr") and is_builtin(func.id):
            for arg in node.args:
                if _is_whole(arg, name):
                    return Shape("int", evidence="use")
    return UNKNOWN


def _is_whole(node: ast.expr, name: str) -> bool:
    """Whether `node` is an integer only if `name` is: n, n + 1, 2 * n."""
    if isinstance(node, ast.Name):
        return node.id == name
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
        left, right = node.left, node.right
        if isinstance(right, ast.Constant) and isinstance(right.value, int):
            return _is_whole(left, name)
        if isinstance(left, ast.Constant) and isinstance(left.value, int):
            return _is_whole(right, name)
    return False
