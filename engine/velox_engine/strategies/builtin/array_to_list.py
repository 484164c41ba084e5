"""Turns a NumPy array into a list before Python code goes through it element by element.

What it does: `list(np.cumsum(…))` and loops over an array's elements use `.tolist()`: plain numbers are several times
cheaper to compare than NumPy scalars. Only where the elements are compared or serve as indices, and never leave the
function.

Example:
    import numpy as np


    def steps_until(limit: int, jumps: list[int]):
        count = 0
        for reached in list(np.cumsum(jumps)):
            if reached > limit:
                break
            count += 1
        return count

Result:
    import numpy as np


    def steps_until(limit: int, jumps: list[int]):
        count = 0
        for reached in np.cumsum(jumps).tolist():
            if reached > limit:
                break
            count += 1
        return count

Inputs:
    (5, [1, 2, 3])
    (0, [1])

When it is unsafe: when an element is returned or stored, whose type would change from a NumPy scalar to a plain
number.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr

_FLAT = frozenset({"cumsum", "sort", "argsort", "arange", "diff", "unique", "bincount", "zeros", "ones"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    numpy = {
        alias.asname or alias.name
        for statement in context.module.body
        if isinstance(statement, ast.Import)
        for alias in statement.names
        if alias.name == "numpy"
    } - context.scope.bound
    for node in ast.walk(context.node):
        found = match_expr("list(M_a)", node) if isinstance(node, ast.Call) else None
        if not found or not context.is_builtin("list") or not _is_flat(found["M_a"], numpy):
            continue
        if _elements_stay(context, node):
            edit = context.layout.replace(node, f"{context.text(found['M_a'])}.tolist()")
            yield Rewrite((edit,), "go through plain numbers instead of NumPy scalars")


def _is_flat(node: ast.expr, numpy: set[str]) -> bool:
    """Whether it calls a NumPy function that gives a one-dimensional array."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in numpy
        and node.func.attr in _FLAT
        and len(node.args) == 1
        and not node.keywords
    )


def _elements_stay(context: FunctionContext, node: ast.AST) -> bool:
    """Whether the elements are only compared: in a loop over the list itself or over its one name."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.For) and parent.iter is node:
        return _only_compared(context, parent.target)
    if not (
        isinstance(parent, ast.Assign)
        and len(parent.targets) == 1
        and isinstance(parent.targets[0], ast.Name)
    ):
        return False
    name = parent.targets[0].id
    if len(bindings_of(context, name)) != 1 or name in context.scope.inner:
        return False
    for load in loads_of(name, context.node):
        above = context.parents.get(load)
        if isinstance(above, ast.For) and above.iter is load and _only_compared(context, above.target):
            continue
        if isinstance(above, ast.Subscript) and (
            isinstance(context.parents.get(above), ast.Compare) or _is_index(context, above)
        ):
            continue
        if isinstance(above, ast.Call) and match_expr(f"len({name})", above):
            continue
        return False
    return True


def _is_index(context: FunctionContext, node: ast.AST) -> bool:
    """Whether an element only says which item is read: itself, or its remainder, in an index."""
    parent = context.parents.get(node)
    if (
        isinstance(parent, ast.BinOp)
        and isinstance(parent.op, ast.Mod)
        and type(constant(parent.right)) is int
    ):
        node, parent = parent, context.parents.get(parent)
    return isinstance(parent, ast.Subscript) and parent.slice is node


def _only_compared(context: FunctionContext, target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and all(
        isinstance(context.parents.get(load), ast.Compare) for load in loads_of(target.id, context.node)
    )


STRATEGY = BuiltinStrategy("array-to-list", "vectorization", _build, __doc__ or "")
