"""Remembers the results of a pure recursive function that computes the same thing again and again.

What it does: adds `functools.lru_cache` to a function that calls itself at least twice per call with hashable
arguments, has no effect, and returns nothing that a caller could change. The cache is bounded at module level and
`typed`, so that 1, 1.0 and True stay apart.

Example:
    def paths(rows: int, columns: int) -> int:
        if rows == 0 or columns == 0:
            return 1
        return paths(rows - 1, columns) + paths(rows, columns - 1)

Result:
    from functools import lru_cache


    @lru_cache(maxsize=65536, typed=True)
    def paths(rows: int, columns: int) -> int:
        if rows == 0 or columns == 0:
            return 1
        return paths(rows - 1, columns) + paths(rows, columns - 1)

Inputs:
    (2, 3)
    (0, 0)
    (6, 6)

When it is unsafe: when the function reads something that changes between calls, when its result is a list or dict
that a caller may change, or when an argument is not hashable.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import own_nodes, parameters, scope_of
from velox_engine.strategies.effects import bindings_of, effects_of, is_local_new
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places

_SCALARS = frozenset({"int", "str", "float", "bool", "none", "number", "bytes"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if isinstance(context.enclosing[-1] if context.enclosing else None, ast.ClassDef):
        return
    function = context.node
    if isinstance(function, ast.FunctionDef) and _recomputes(function) and _may_be_cached(context, function):
        yield _decorate(context, function, nested=bool(context.enclosing))
    for helper in ast.walk(function):
        # A helper inside the function: its cache dies with the call.
        if isinstance(helper, ast.FunctionDef) and helper is not function:
            inner = context.context_of(helper)
            if _called_in_loop(context, helper) and _has_loop(helper) and _may_be_cached(inner, helper):
                yield _decorate(inner, helper, nested=True)


def _decorate(context: FunctionContext, function: ast.FunctionDef, *, nested: bool) -> Rewrite:
    cache, imported = import_member(context, "functools", "lru_cache")
    size = "None" if nested else "65536"
    at = context.layout.line_start(context.layout.start(function))
    indent = context.layout.indent(function)
    line = f"{indent}@{cache}(maxsize={size}, typed=True)"
    edit = context.layout.between(at, at, line + "\n")
    return Rewrite((*imported, edit), f"remember the results of {function.name}")


def _self_calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function.name
    ]


def _recomputes(function: ast.FunctionDef) -> bool:
    """Whether one call can lead to two more: two calls in one statement, or one inside a loop."""
    calls = set(_self_calls(function))
    for place in places(function):
        statement = place.statement
        if isinstance(statement, ast.For | ast.While | ast.If | ast.Try | ast.With):
            continue
        inside = [node for node in ast.walk(statement) if node in calls]
        if len(inside) >= 2 or (inside and place.loops):
            return True
        if inside and any(
            node in calls
            for part in ast.walk(statement)
            if isinstance(part, ast.ListComp | ast.GeneratorExp | ast.SetComp)
            for node in ast.walk(part)
        ):
            return True
    # Two branches of one call that both go on: max of two variables assigned from calls.
    assigned = [
        place
        for place in places(function)
        if isinstance(place.statement, ast.Assign)
        and any(node in calls for node in ast.walk(place.statement))
    ]
    return len(assigned) >= 2


def _may_be_cached(context: FunctionContext, function: ast.FunctionDef) -> bool:
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.defaults or arguments.kw_defaults:
        return False
    if function.decorator_list or not arguments.args:
        return False
    if any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Global | ast.Nonlocal)
        for node in ast.walk(function)
    ):
        return False
    if function.name not in context.pure_functions:
        return False
    effects = effects_of(context, function.body)
    called = {
        node.func.id
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    if effects.calls_unknown or {"print", "input", "next", "iter"} & called:
        return False
    if not all(is_local_new(context, name) for name in effects.mutated):
        return False
    return (
        all(_hashable(context, name, function) for name in parameters(function))
        and all(
            _scalar_result(context, node, function)
            for node in own_nodes(function)
            if isinstance(node, ast.Return)
        )
        and _reads_constants_only(context, function)
    )


def _hashable(context: FunctionContext, name: str, function: ast.FunctionDef) -> bool:
    shape = context.inference.names[name]
    if shape.hashable:
        return True
    if shape.name != "":
        return False
    # Ex) n in `n % 2`, `n - 1`, `n < 2`: a number
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Mod | ast.FloorDiv | ast.Mult):
            sides = (node.left, node.right)
            if any(isinstance(side, ast.Name) and side.id == name for side in sides):
                return True
    return False


def _scalar_result(context: FunctionContext, node: ast.Return, function: ast.FunctionDef) -> bool:
    value = node.value
    if value is None:
        return True
    if context.inference.of(value).name in _SCALARS:
        return True
    if isinstance(value, ast.Tuple):
        return all(_scalar_result(context, ast.Return(item), function) for item in value.elts)
    if isinstance(value, ast.IfExp):
        return _scalar_result(context, ast.Return(value.body), function) and _scalar_result(
            context, ast.Return(value.orelse), function
        )
    if isinstance(value, ast.Compare | ast.BoolOp):
        return not isinstance(value, ast.BoolOp) or all(
            _scalar_result(context, ast.Return(item), function) for item in value.values
        )
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        if value.func.id == function.name:
            return True
        return value.func.id in ("min", "max", "sum", "abs", "len", "int") and context.is_builtin(
            value.func.id
        )
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        numbers = isinstance(value.op, ast.Sub | ast.FloorDiv | ast.Mod | ast.Div) or any(
            isinstance(side, ast.Constant) and isinstance(side.value, int | float) for side in sides
        )
        return numbers or all(_scalar_result(context, ast.Return(side), function) for side in sides)
    if isinstance(value, ast.Name):
        if value.id in parameters(function):
            return _hashable(context, value.id, function)
        values = bindings_of(context, value.id)
        return bool(values) and all(
            one is not None
            and not isinstance(one, ast.Name)
            and _scalar_result(context, ast.Return(one), function)
            for one in values
        )
    return False


def _reads_constants_only(context: FunctionContext, function: ast.FunctionDef) -> bool:
    """Whether the names from outside are functions, builtins, modules or constants that nobody assigns again."""
    own = scope_of(function).bound | {function.name}
    for node in ast.walk(function):
        if not isinstance(node, ast.Name) or node.id in own or context.is_builtin(node.id):
            continue
        if node.id in context.known_functions or node.id in context.pure_modules:
            continue
        if _is_comprehension_variable(function, node.id):
            continue
        if not _is_constant_outside(context, node.id):
            return False
    return True


def _is_comprehension_variable(function: ast.FunctionDef, name: str) -> bool:
    return any(
        isinstance(part, ast.Name) and part.id == name
        for node in ast.walk(function)
        if isinstance(node, ast.comprehension)
        for part in ast.walk(node.target)
    )


def _is_constant_outside(context: FunctionContext, name: str) -> bool:
    found = [
        node
        for node in ast.walk(context.module)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    if len(found) != 1:
        return False
    return any(
        isinstance(statement, ast.Assign)
        and statement.targets == found
        and isinstance(statement.value, ast.Constant | ast.UnaryOp | ast.BinOp)
        for statement in context.module.body
    )


def _has_loop(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.For | ast.While | ast.GeneratorExp | ast.ListComp) for node in ast.walk(function)
    )


def _called_in_loop(context: FunctionContext, helper: ast.FunctionDef) -> bool:
    return any(
        place.loops
        and not isinstance(place.statement, ast.For | ast.While)
        and any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == helper.name
            for node in ast.walk(place.statement)
        )
        for place in places(context.node)
    )


STRATEGY = BuiltinStrategy("memoize", "caching", _build, __doc__ or "", ("VX401",))
