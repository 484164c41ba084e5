"""Turns a NumPy array into a list before Python code goes through it element by element.

What it does: `list(np.cumsum(…))` and an array that Python code only reads element by element use `.tolist()`: plain
numbers are several times cheaper to compare than NumPy scalars; so does `for x in frame["column"].values`. Only where
the elements, or the smallest or largest of them, are compared or serve as indices, and never leave the function.

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
from collections.abc import Iterable, Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, stores_of
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_FLAT = frozenset({"cumsum", "sort", "argsort", "arange", "diff", "unique", "bincount", "zeros", "ones"})
_ALIKE = frozenset(
    {"abs", "array", "asarray", "absolute", "sign", "floor", "ceil", "sort", "argsort", "diff"}
)
"""These give an array of one dimension for a list of numbers."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    numpy = _imported_as(context.module.body) - context.scope.bound
    # Ex) import numpy as np, in the function itself
    numpy |= {name for name in _imported_as(context.own) if len(bindings_of(context, name)) == 1}
    for node in ast.walk(context.node):
        found = match_expr("list(M_a)", node) if isinstance(node, ast.Call) else None
        if not found or not context.is_builtin("list") or not _is_flat(found["M_a"], numpy):
            continue
        if _elements_stay(context, node):
            edit = context.layout.replace(node, f"{context.text(found['M_a'])}.tolist()")
            yield Rewrite((edit,), "go through plain numbers instead of NumPy scalars")
    for place in places(context.node):
        loop = place.statement
        column = _walked_column(context, loop) if isinstance(loop, ast.For) else None
        if isinstance(loop, ast.For) and column is not None:
            edit = context.layout.replace(loop.iter, f"{context.text(column)}.tolist()")
            yield Rewrite((edit,), "go through plain numbers instead of NumPy scalars")

    for place in places(context.node):
        made = place.statement
        if (
            not isinstance(made, ast.Assign)
            or place.loops
            or not _is_made_of_list(context, made.value, numpy)
        ):
            continue
        if _elements_stay(context, made.value) and _read_in_a_loop(context, made):
            edit = _converted(context, made)
            if edit:
                yield Rewrite((edit,), "go through plain numbers instead of NumPy scalars")


def _walked_column(context: FunctionContext, loop: ast.For) -> ast.expr | None:
    """frame["price"] of `for price in frame["price"].values`, where each price is only compared with numbers."""
    found = match_expr("M_f[M_c].values", loop.iter) or match_expr("M_f[M_c].to_numpy()", loop.iter)
    if not found or context.inference.of(found["M_f"]).name != "dataframe":
        return None
    if not isinstance(constant(found["M_c"]), str) or not isinstance(loop.target, ast.Name):
        return None
    loads = loads_of(loop.target.id, context.node)
    if len(stores_of(loop.target.id, context.own)) != 1 or loop.target.id in context.scope.inner:
        return None
    if not all(_is_compared_with_number(context, load) for load in loads):
        return None
    return next(node for node in ast.walk(loop.iter) if isinstance(node, ast.Subscript))


def _is_compared_with_number(context: FunctionContext, load: ast.Name) -> bool:
    parent = context.parents.get(load)
    if not isinstance(parent, ast.Compare) or len(parent.ops) != 1:
        return False
    if isinstance(parent.ops[0], ast.Is | ast.IsNot | ast.In | ast.NotIn):
        return False
    other = parent.comparators[0] if parent.left is load else parent.left
    above = context.parents.get(parent)
    # The answer is a NumPy bool or a plain one, so it must only decide.
    decides = isinstance(above, ast.If | ast.While | ast.IfExp) and above.test is parent
    return decides and context.inference.of(other).is_number


def _converted(context: FunctionContext, made: ast.Assign) -> TextEdit | None:
    """The array as a list, if it has one dimension: where the elements of its list are not known, it is asked."""
    assert isinstance(made.value, ast.Call) and isinstance(made.targets[0], ast.Name)
    if context.inference.of(made.value.args[0]).element.name in ("int", "float", "number"):
        return context.layout.replace(made.value, f"{context.text(made.value)}.tolist()")
    name, unit = made.targets[0].id, context.layout.unit
    return context.layout.insert_after(made, f"if {name}.ndim == 1:\n{unit}{name} = {name}.tolist()")


def _imported_as(nodes: Iterable[ast.AST]) -> set[str]:
    """The names under which NumPy is imported."""
    return {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "numpy"
    }


def _is_made_of_list(context: FunctionContext, node: ast.expr, numpy: set[str]) -> bool:
    """np.abs(xs), where xs is a list, of numbers as far as the function tells."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1):
        return False
    module = node.func.value
    if (
        not isinstance(module, ast.Name)
        or module.id not in numpy
        or node.keywords
        or node.func.attr not in _ALIKE
    ):
        return False
    shape = context.inference.of(node.args[0])
    return shape.name == "list" and shape.element.name in ("int", "float", "number", "", "!")


def _read_in_a_loop(context: FunctionContext, made: ast.Assign) -> bool:
    name = made.targets[0]
    return isinstance(name, ast.Name) and any(
        isinstance(context.parents.get(load), ast.Subscript | ast.For)
        for load in loads_of(name.id, context.node)
    )


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
    if len(stores_of(name, context.own)) != 1 or name in context.scope.inner:
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
        if isinstance(above, ast.Call) and _is_compared_extreme(context, above, name):
            continue
        return False
    return True


def _is_compared_extreme(context: FunctionContext, node: ast.Call, name: str) -> bool:
    """Whether it is min(name) or max(name), which is compared, or kept in a variable that is only compared."""
    if not match_expr(f"min({name})", node) and not match_expr(f"max({name})", node):
        return False
    if not context.is_builtin("min") or not context.is_builtin("max"):
        return False
    parent = context.parents.get(node)
    if isinstance(parent, ast.Compare):
        return True
    if not isinstance(parent, ast.Assign) or len(parent.targets) != 1:
        return False
    target = parent.targets[0]
    return (
        isinstance(target, ast.Name)
        and len(stores_of(target.id, context.own)) == 1
        and target.id not in context.scope.inner
        and _only_compared(context, target)
    )


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


STRATEGY = BuiltinStrategy("array-to-list", "vectorization", _build, __doc__ or "", ("VX617",))
