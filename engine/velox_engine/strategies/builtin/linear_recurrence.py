"""Runs a Fibonacci-like recursion upwards in a loop instead of downwards in calls.

What it does: a function of one integer that adds up its own values at n - 1, n - 2, …, with a constant for each first
n, keeps the last few values in variables. Any other argument still takes the recursive way.

Example:
    def fib(n: int) -> int:
        if n == 0:
            return 0
        if n == 1:
            return 1
        return fib(n - 1) + fib(n - 2)

Result:
    def fib(n: int) -> int:
        if n == 0:
            return 0
        if n == 1:
            return 1
        if isinstance(n, int) and n > 1:
            value_1, value_2 = 0, 1
            for _ in range(n - 1):
                value_1, value_2 = value_2, value_2 + value_1
            return value_2
        return fib(n - 1) + fib(n - 2)

Inputs:
    (0,)
    (1,)
    (2,)
    (15,)

When it is unsafe: never for integers: the terms are added in the order in which the calls return.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.loops import constant
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.rendering import render


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    function = context.node
    if not isinstance(function, ast.FunctionDef) or len(function.args.args) != 1 or function.args.defaults:
        return
    if function.args.vararg or function.args.kwarg or function.args.kwonlyargs or function.decorator_list:
        return
    if isinstance(context.enclosing[-1] if context.enclosing else None, ast.ClassDef):
        return
    name = function.args.args[0].arg
    body = [
        one
        for one in function.body
        if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
    ]
    if not body or not isinstance(body[-1], ast.Return) or body[-1].value is None:
        return
    bases = _bases(body[:-1], name)
    calls = _own_calls(body[-1].value, function.name, name)
    if bases is None or not calls or sorted(bases) != list(range(min(bases), min(bases) + len(bases))):
        return
    depth = max(calls.values())
    if len(bases) < depth or min(calls.values()) < 1 or min(bases) not in (0, 1):
        return
    rest = [part for part in ast.walk(body[-1].value) if isinstance(part, ast.Name)]
    covered = {part for call in calls for part in ast.walk(call)}
    if any(part not in covered for part in rest):
        return
    if any(not isinstance(part, ast.BinOp | ast.Constant | ast.operator | ast.Name | ast.Call | ast.expr_context)
           for part in ast.walk(body[-1].value)):  # fmt: skip
        return
    context.need_builtins("isinstance", "int", "range")
    top = max(bases)
    window = [f"value_{at}" for at in range(1, depth + 1)]
    if any(one in context.taken_names for one in window):
        return
    starts = [str(bases[top - depth + 1 + at]) for at in range(depth)]
    formula = render(context, body[-1].value, {call: window[depth - back] for call, back in calls.items()})
    unit = context.layout.unit
    names = ", ".join(window)
    shifted = ", ".join([*window[1:], formula])
    turns = f"{name} - {top}" if top else name
    code = (
        f"if isinstance({name}, int) and {name} > {top}:\n{unit}{names} = {', '.join(starts)}\n"
        f"{unit}for _ in range({turns}):\n{unit}{unit}{names} = {shifted}\n{unit}return {window[-1]}"
    )
    insertion = context.layout.insert_before(body[-1], code)
    if insertion:
        yield Rewrite((insertion,), "run the recursion upwards in a loop")


def _bases(statements: list[ast.stmt], name: str) -> dict[int, int] | None:
    """n → value for `if n == 0: return 0`, in any chain of such tests."""
    bases: dict[int, int] = {}
    pending = list(statements)
    while pending:
        statement = pending.pop(0)
        if not isinstance(statement, ast.If) or len(statement.body) != 1:
            return None
        returned = statement.body[0]
        if not isinstance(returned, ast.Return):
            return None
        pending = [*statement.orelse, *pending]
        value = constant(returned.value)
        same = match_expr(f"{name} == M_v", statement.test)
        below = match_expr(f"{name} <= M_v", statement.test) or match_expr(f"{name} < M_v", statement.test)
        if same:
            at = constant(same["M_v"])
            if not _whole(at) or not _whole(value):
                return None
            bases.setdefault(int(at), int(value))  # type: ignore[call-overload]
        elif below:
            limit = constant(below["M_v"])
            if not _whole(limit):
                return None
            exclusive = isinstance(statement.test, ast.Compare) and isinstance(statement.test.ops[0], ast.Lt)
            last = int(limit) - exclusive  # type: ignore[call-overload]
            for at in range(min(last, 4) + 1):
                if isinstance(returned.value, ast.Name) and returned.value.id == name:
                    bases.setdefault(at, at)
                elif _whole(value):
                    bases.setdefault(at, int(value))  # type: ignore[call-overload]
                else:
                    return None
        else:
            return None
    return bases or None


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _own_calls(node: ast.expr, function: str, name: str) -> dict[ast.Call, int]:
    """Each call f(n - k) to its k; empty when a call has another form."""
    calls: dict[ast.Call, int] = {}
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            found = match_expr(f"{function}({name} - M_k)", part)
            back = constant(found["M_k"]) if found else None
            if not _whole(back):
                return {}
            calls[part] = int(back)  # type: ignore[call-overload]
    return calls


STRATEGY = BuiltinStrategy("linear-recurrence", "recursion_to_iteration", _build, __doc__ or "")
