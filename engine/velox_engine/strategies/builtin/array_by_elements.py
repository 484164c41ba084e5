"""Fills a list where a NumPy array is read and written one element at a time, and makes the array when it is full.

What it does: a new one-dimensional array whose elements Python loops set and read one by one is a list until the loops
are over. Each read of an array's element makes a NumPy scalar, and each calculation with one another. Only elements
plus or minus whole numbers and constants, their extremes and comparisons are taken: they give the same values, and
none of the warnings of NumPy that a list would not give.

Example:
    import numpy as np


    def streaks(numbers: list[float], limit: float):
        lengths = np.zeros(len(numbers) + 1)
        for i in range(len(numbers)):
            lengths[i + 1] = lengths[i] + 1 if numbers[i] > limit else 0.0
        return lengths

Result:
    import numpy as np


    def streaks(numbers: list[float], limit: float):
        lengths = np.zeros(len(numbers) + 1).tolist()
        for i in range(len(numbers)):
            lengths[i + 1] = lengths[i] + 1 if numbers[i] > limit else 0.0
        lengths = np.array(lengths)
        return lengths

Inputs:
    ([1.0, 2.5, -3.0], 0.25)
    ([], 0.5)
    ([float("nan"), float("inf")], 0.0)

When it is unsafe: when an element is multiplied, divided by, stored elsewhere or returned, where a NumPy scalar and a
float differ; when a whole slice is set; and for whole numbers that could grow past 64 bits, so of those only counts
are taken.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, loads_of, stores_of
from velox_engine.strategies.loops import Place, constant, places
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    numpy = context.facts.numpy_names - context.scope.bound
    if not numpy:
        return
    for place in places(context.node):
        statement = place.statement
        if place.loops or not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            continue
        module = _made_by(context, statement.value, numpy)
        target = statement.targets[0]
        if module is None or not isinstance(target, ast.Name):
            continue
        rewrite = _as_list(context, place, statement, target.id, module)
        if rewrite:
            yield rewrite


def _made_by(context: FunctionContext, node: ast.expr, numpy: frozenset[str]) -> str | None:
    """np, where a call makes an array of one dimension, of floats or of whole numbers, filled with one value."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or len(node.args) != 1:
        return None
    module = node.func.value
    if node.func.attr not in ("zeros", "ones") or not isinstance(module, ast.Name) or module.id not in numpy:
        return None
    size = node.args[0]
    shape = context.inference.of(size)
    if shape.name != "int" or shape.evidence == "use":
        return None
    kinds = [keyword.value for keyword in node.keywords if keyword.arg == "dtype"]
    plain = all(isinstance(kind, ast.Name) and kind.id in ("int", "float") for kind in kinds)
    if (
        len(kinds) != len(node.keywords)
        or not plain
        or not all(context.is_builtin(one) for one in ("int", "float"))
    ):
        return None
    return module.id


def _as_list(
    context: FunctionContext, place: Place, made: ast.Assign, name: str, module: str
) -> Rewrite | None:
    if (
        len(stores_of(name, context.own)) != 1
        or name in context.scope.inner
        or name in context.scope.outer_writes
    ):
        return None
    assert isinstance(made.value, ast.Call)
    counts = any(match_expr("int", keyword.value) for keyword in made.value.keywords)
    loops = [
        statement
        for statement in place.after
        if isinstance(statement, ast.For | ast.While) and name in all_names([statement])
    ]
    if not loops:
        return None
    last = place.block.index(loops[-1])
    region = place.block[place.index + 1 : last + 1]
    elements = [node for statement in region for node in loads_of(name, statement)]
    inside = {node for loop in loops for node in ast.walk(loop)}
    if not all(node in inside for node in elements) or any(_leaves(node) for node in inside):
        return None
    # What follows sees an array again; what stands elsewhere would see the list.
    later = {node for statement in place.block[last + 1 :] for node in ast.walk(statement)}
    if any(node not in inside and node not in later for node in loads_of(name, context.node)):
        return None
    if not all(_stays(context, node, name, counts=counts) for node in elements):
        return None
    edits = [context.layout.replace(made.value, f"{context.text(made.value)}.tolist()")]
    if any(node in later for node in loads_of(name, context.node)):
        kind = ", dtype=int" if counts else ""
        after = context.layout.insert_after(loops[-1], f"{name} = {module}.array({name}{kind})")
        if after is None:
            return None
        edits.append(after)
    return Rewrite(tuple(edits), f"fill a list instead of the array {name}")


def _leaves(node: ast.AST) -> bool:
    return isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Await | ast.Try | ast.Lambda)


def _stays(context: FunctionContext, load: ast.Name, name: str, *, counts: bool) -> bool:
    """Whether a use is of one element, which is set to a float made of elements, compared, or counted up."""
    element = context.parents.get(load)
    if (
        not isinstance(element, ast.Subscript)
        or element.value is not load
        or not _is_position(context, element.slice)
    ):
        return False
    parent = context.parents.get(element)
    if isinstance(parent, ast.AugAssign) and parent.target is element:
        if counts:
            step = constant(parent.value)
            return isinstance(parent.op, ast.Add | ast.Sub) and type(step) is int and abs(step) < 1000
        return isinstance(parent.op, ast.Add | ast.Sub) and _is_small(context, parent.value)
    if isinstance(element.ctx, ast.Store):
        if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
            return False
        value = parent.value
        return not counts and _is_float(context, value, name) and _is_number(context, value, name)
    if not isinstance(element.ctx, ast.Load):
        return False
    # Ex) the `a[i] + 1` in `if a[i] + 1 > limit`, and in `a[i + 1] = max(a[i] + 1, 0)`.
    node: ast.AST = element
    while isinstance(parent, ast.BinOp | ast.UnaryOp | ast.IfExp) or _is_extreme(context, parent):
        if isinstance(parent, ast.BinOp) and not _is_number(context, parent, name):
            return False
        node, parent = parent, context.parents.get(parent)  # type: ignore[arg-type]
    if isinstance(parent, ast.Compare):
        sides = (parent.left, *parent.comparators)
        known = context.inference.of
        return all(_is_number(context, side, name) or known(side).name in ("int", "float") for side in sides)
    if isinstance(parent, ast.AugAssign) and parent.value is node:
        target = parent.target
    elif isinstance(parent, ast.Assign) and parent.value is node and len(parent.targets) == 1:
        target = parent.targets[0]
    else:
        return False
    return (
        isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name
    )


def _is_extreme(context: FunctionContext, node: ast.AST | None) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("max", "min", "abs")
        and context.is_builtin(node.func.id)
        and not node.keywords
        and (len(node.args) > 1 or node.func.id == "abs")
    )


def _is_position(context: FunctionContext, node: ast.expr) -> bool:
    """Whether it is one position, and not a slice, a mask or several."""
    return context.inference.of(node).name == "int"


def _is_number(context: FunctionContext, node: ast.expr, name: str) -> bool:
    """Made of elements, constants and whole numbers by +, - and extremes."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        # Two elements, or an element and any float, may pass what a float can be, of which NumPy warns.
        sides = (node.left, node.right)
        small = any(_is_small(context, side) for side in sides)
        return small and all(_is_number(context, side, name) for side in sides)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _is_number(context, node.operand, name)
    if isinstance(node, ast.IfExp):
        return _is_number(context, node.body, name) and _is_number(context, node.orelse, name)
    if isinstance(node, ast.Call) and _is_extreme(context, node):
        return all(_is_number(context, argument, name) for argument in node.args)
    return _is_small(context, node)


def _is_small(context: FunctionContext, node: ast.expr) -> bool:
    """A whole number, or one that is written in the code."""
    value = constant(node)
    if value is not ...:
        return type(value) in (int, float) and abs(value) < 10**9  # type: ignore[arg-type]
    return isinstance(node, ast.Name) and context.inference.of(node).name == "int"


def _is_float(context: FunctionContext, node: ast.expr, name: str) -> bool:
    """Whether it is sure to be a float, so that a list holds what the array would have made of it."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == name:
        return True
    if isinstance(node, ast.BinOp):
        return _is_float(context, node.left, name) or _is_float(context, node.right, name)
    if isinstance(node, ast.UnaryOp):
        return _is_float(context, node.operand, name)
    if isinstance(node, ast.IfExp):
        return _is_float(context, node.body, name) and _is_float(context, node.orelse, name)
    if isinstance(node, ast.Call) and _is_extreme(context, node):
        return all(_is_float(context, argument, name) for argument in node.args)
    return isinstance(node, ast.Constant) and type(node.value) is float


STRATEGY = BuiltinStrategy("array-by-elements", "data_structure", _build, __doc__ or "")
