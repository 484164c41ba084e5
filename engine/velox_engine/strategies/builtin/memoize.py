"""Remembers the results of a pure recursive function that computes the same thing again and again.

What it does: adds `functools.lru_cache` to a function of one number that always calls itself at least twice with
slightly smaller ones, has no effect, and returns nothing that a caller could change. The cache is bounded at module
level and `typed`, so that 1, 1.0 and True stay apart. Helpers inside a function that nested loops
over ranges call again with numbers they were called with get a cache that dies with the call.

Example:
    def climb(steps: int) -> int:
        if steps < 2:
            return 1
        return climb(steps - 1) + climb(steps - 2)

Result:
    from functools import lru_cache


    @lru_cache(maxsize=65536, typed=True)
    def climb(steps: int) -> int:
        if steps < 2:
            return 1
        return climb(steps - 1) + climb(steps - 2)

Inputs:
    (2,)
    (0,)
    (9,)

When it is unsafe: when the function reads something that changes between calls, when its result is a list or dict
that a caller may change, or when an argument is not hashable. Before Python 3.13 the cache halves the depth that a
recursion may have, so it is proposed only where that depth could never be reached (see `call-memo` for the others).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, parameters, scope_of, stores_of
from velox_engine.strategies.effects import effects_of, is_local_new
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, places, range_parts
from velox_engine.strategies.recursion import branches_always, is_hashable, scalar_results, self_calls


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if isinstance(context.enclosing[-1] if context.enclosing else None, ast.ClassDef):
        return
    function = context.node
    if (
        isinstance(function, ast.FunctionDef)
        and branches_always(function, self_calls(function))
        and _may_be_cached(context, function)
    ):
        yield _decorate(context, function, nested=bool(context.enclosing))
    for helper in ast.walk(function):
        # A helper inside the function: its cache dies with the call.
        if isinstance(helper, ast.FunctionDef) and helper is not function:
            inner = context.context_of(helper)
            if self_calls(helper):
                continue
            if _called_again(context, helper) and _has_loop(helper) and _may_be_cached(inner, helper):
                yield _decorate(inner, helper, nested=True)


def _decorate(context: FunctionContext, function: ast.FunctionDef, *, nested: bool) -> Rewrite:
    cache, imported = import_member(context, "functools", "lru_cache")
    size = "None" if nested else "65536"
    at = context.layout.line_start(context.layout.start(function))
    indent = context.layout.indent(function)
    line = f"{indent}@{cache}(maxsize={size}, typed=True)"
    edit = context.layout.between(at, at, line + "\n")
    return Rewrite((*imported, edit), f"remember the results of {function.name}")


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
    if not context.only_computes:
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
        all(is_hashable(context, name, function) for name in parameters(function))
        and scalar_results(context, function, self_calls(function))
        and _reads_constants_only(context, function)
    )


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
        if not _is_constant_outside(context, node.id) and not _is_left_alone(context, node.id):
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
    found = list(context.facts.stores.get(name, ()))
    if len(found) != 1:
        return False
    return any(
        isinstance(statement, ast.Assign)
        and statement.targets == found
        and isinstance(statement.value, ast.Constant | ast.UnaryOp | ast.BinOp)
        for statement in context.module.body
    )


def _is_left_alone(context: FunctionContext, name: str) -> bool:
    """Whether a name of the function around holds the same unchanged object for as long as the cache lives."""
    around = context.enclosing[-1] if context.enclosing else None
    if not isinstance(around, ast.FunctionDef) or name in context.scope.bound:
        return False
    writes = [
        node
        for node in ast.walk(around)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    if len(writes) + (name in parameters(around)) != 1:
        return False
    outside = FunctionContext(
        context.source, around.name, context.module, around, context.enclosing[:-1], context.facts
    )
    return name not in effects_of(outside, around.body).mutated


def _has_loop(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.For | ast.While | ast.GeneratorExp | ast.ListComp) for node in ast.walk(function)
    )


def _called_again(context: FunctionContext, helper: ast.FunctionDef) -> bool:
    """Whether nested loops surely repeat a call with the same ints: variables of ranges, not of all loops around."""
    for place in places(context.node):
        if isinstance(place.statement, ast.For | ast.While) or len(place.loops) < 2:
            continue
        numbers = _range_variables(context, place)
        # Only what an `if` asks belongs to it here: its body consists of places of their own.
        asked = place.statement.test if isinstance(place.statement, ast.If) else place.statement
        for call in ast.walk(asked):
            if not (
                isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == helper.name
            ):
                continue
            read = all_names(call.args)
            if read <= numbers.keys() and len({numbers[name] for name in read}) < len(place.loops):
                return True
    return False


def _range_variables(context: FunctionContext, place: Place) -> dict[str, ast.For]:
    """The variables that only the loops around a place set, each with its loop, which goes over a range."""
    return {
        loop.target.id: loop
        for loop in place.loops
        if isinstance(loop, ast.For)
        and isinstance(loop.target, ast.Name)
        and range_parts(context, loop.iter)
        and len(stores_of(loop.target.id, context.own)) == 1
    }


STRATEGY = BuiltinStrategy("memoize", "caching", _build, __doc__ or "", ("VX401",))
