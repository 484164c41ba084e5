"""Remembers results within one call of a recursion.

What it does: a recursive function or method that computes the same thing again and again keeps its body in an inner
function of the arguments that change, and its results in a dict that dies with the call; what is passed along
unchanged is seen from outside. So arguments that are lists do no harm, nothing is kept for ever, and the recursion may
go as deep as before, which is not so with a decorator.

Example:
    def best_value(room: int, weights, values, count: int):
        if count == 0 or room == 0:
            return 0
        skipped = best_value(room, weights, values, count - 1)
        if weights[count - 1] > room:
            return skipped
        rest = room - weights[count - 1]
        return max(skipped, values[count - 1] + best_value(rest, weights, values, count - 1))

Result:
    def best_value(room: int, weights, values, count: int):
        known = {}

        def solve(room, count):
            key = room, count
            if key in known:
                return known[key]
            if count == 0 or room == 0:
                return 0
            skipped = solve(room, count - 1)
            if weights[count - 1] > room:
                known[key] = result = skipped
                return result
            rest = room - weights[count - 1]
            known[key] = result = max(skipped, values[count - 1] + solve(rest, count - 1))
            return result

        return solve(room, count)

Inputs:
    (5, [1, 2, 3], [6, 10, 12], 3)
    (0, [], [], 0)
    (4, [5], [9], 1)

When it is unsafe: when the function has an effect, returns something that a caller may change, or a subclass overrides
the method that calls itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters, written_names
from velox_engine.strategies.loops import constant
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.recursion import (
    fixed_parameters,
    is_effect_free,
    is_hashable,
    recomputes,
    scalar_results,
    self_calls,
)
from velox_engine.strategies.remembering import remembered
from velox_engine.strategies.rendering import block_with_parts


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    function = context.node
    owner = context.enclosing[-1] if context.enclosing else None
    method = isinstance(owner, ast.ClassDef)
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return
    if function.args.vararg or function.args.kwarg or function.args.kwonlyargs:
        return
    # A dict or list as default may well be a memo already.
    if any(constant(default) is ... for default in function.args.defaults):
        return
    calls = self_calls(function, method)
    if (
        not calls
        or not recomputes(function, set(calls))
        or (isinstance(owner, ast.ClassDef) and _overridden(context, owner))
    ):
        return
    fixed = fixed_parameters(function, calls, method)
    if fixed is None or _is_passed_around(function, calls, method):
        return
    changing = [name for name in parameters(function) if name not in fixed]
    if not changing or not all(is_hashable(context, name, function) for name in changing):
        return
    if written_names(function.body) & set(changing):
        return
    if not is_effect_free(context, function, set(calls)) or not scalar_results(context, function, set(calls)):
        return
    rewrite = _wrapped(context, function, calls, changing)
    if rewrite:
        yield rewrite


def _overridden(context: FunctionContext, owner: ast.ClassDef) -> bool:
    return any(
        isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == owner.name for base in node.bases)
        for node in context.facts.nodes
    )


def _is_passed_around(function: ast.FunctionDef, calls: list[ast.Call], method: bool) -> bool:
    """Whether the function's name is used for something else than calling it."""
    called = {call.func for call in calls}
    if method:
        return False
    return any(
        isinstance(node, ast.Name) and node.id == function.name and node not in called
        for node in ast.walk(function)
    )


def _wrapped(
    context: FunctionContext, function: ast.FunctionDef, calls: list[ast.Call], changing: list[str]
) -> Rewrite | None:
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return None
    name = context.fresh("solve", "compute")
    names = parameters(function)
    parts: dict[ast.AST, str] = {}
    offset = len(names) - len(calls[0].args)
    for call in calls:
        given = [call.args[names.index(one) - offset] for one in changing]
        if any(inner in calls for one in given for inner in ast.walk(one)):
            return None
        texts = [context.text(one) for one in given]
        if any("\n" in text for text in texts):
            return None
        parts[call] = f"{name}({', '.join(texts)})"
    memo = remembered(context, body, calls, changing, changing, parts)
    inner = block_with_parts(context, body, memo.replaced) if memo else None
    if memo is None or inner is None:
        return None
    arguments = ", ".join(changing)
    inner = indent_lines(memo.first + inner.rstrip(), context.layout.unit)
    code = f"{memo.before}def {name}({arguments}):\n{inner}\n\nreturn {name}({arguments})"
    edit = context.layout.replace_statements(body[0], body[-1], code)
    return Rewrite((edit,), f"remember the results of {function.name} within one call") if edit else None


STRATEGY = BuiltinStrategy("call-memo", "caching", _build, __doc__ or "", ("VX401",))
