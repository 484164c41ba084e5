"""Turns a recursion whose last step is to call itself into a loop.

What it does: a function that calls itself only as `return f(…)` assigns the new arguments to its parameters and
starts over instead. A call costs several times as much as an assignment, and deep recursions no longer fail.

Example:
    def position(numbers, wanted, low, high):
        if low > high:
            return -1
        middle = (low + high) // 2
        if numbers[middle] == wanted:
            return middle
        if numbers[middle] < wanted:
            return position(numbers, wanted, middle + 1, high)
        return position(numbers, wanted, low, middle - 1)

Result:
    def position(numbers, wanted, low, high):
        while True:
            if low > high:
                return -1
            middle = (low + high) // 2
            if numbers[middle] == wanted:
                return middle
            if numbers[middle] < wanted:
                low = middle + 1
                continue
            high = middle - 1

Inputs:
    ([1, 3, 5], 5, 0, 2)
    ([1, 3, 5], 4, 0, 2)
    ([], 1, 0, -1)

When it is unsafe: inside `try`, `with` or a loop, or when an inner function keeps a parameter: then each call had its
own. Where a recursion would never end (and fails), a loop would hang: it must be seen to end, or is tested to.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import own_nodes, parameters
from velox_engine.strategies.loops import places
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.recursion import self_calls
from velox_engine.strategies.rendering import block_with_parts
from velox_engine.strategies.termination import ending_tests


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    function = context.node
    if not isinstance(function, ast.FunctionDef) or function.decorator_list:
        return
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
        return
    if isinstance(context.enclosing[-1] if context.enclosing else None, ast.ClassDef) or context.scope.inner:
        return
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in own_nodes(function)):
        return
    calls = self_calls(function)
    if not calls or _mentions(function) != len(calls) or not _once_at_module_level(context, function):
        return
    parts: dict[ast.AST, str] = {}
    for place in places(function):
        statement = place.statement
        if isinstance(statement, ast.Return) and statement.value in calls and not place.loops:
            call = statement.value
            assert isinstance(call, ast.Call)
            text = _assignment(context, call)
            if text is None or not _only_branches(context, statement):
                return
            last = statement is function.body[-1]
            separator = "\n" + " " * statement.col_offset if context.layout.alone(statement) else None
            if separator is None or "\t" in context.layout.indent(statement):
                return
            parts[statement] = (
                (text or "pass") if last else f"{text}{separator}continue" if text else "continue"
            )
    if len(parts) != len(calls):
        return
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    inner = block_with_parts(context, body, parts) if body else None
    if inner is None:
        return
    tests = ending_tests(context, function, calls)
    if tests is None:
        return
    unit = context.layout.unit
    if body[-1] not in parts and not _ends(body[-1]):
        inner = f"{inner.rstrip()}\nreturn None"
    code = f"while True:\n{indent_lines(inner.rstrip(), unit)}"
    if tests:
        if isinstance(body[0], ast.If) and any(isinstance(node, ast.While) for node in body[0].body):
            return
        guarded = f"if {' and '.join(tests)}:\n{indent_lines(code, unit)}"
        edit = context.layout.insert_before(body[0], guarded)
    else:
        edit = context.layout.replace_statements(body[0], body[-1], code)
    if edit:
        yield Rewrite((edit,), "start over instead of calling itself last")


def _mentions(function: ast.FunctionDef) -> int:
    return sum(isinstance(node, ast.Name) and node.id == function.name for node in ast.walk(function))


def _once_at_module_level(context: FunctionContext, function: ast.FunctionDef) -> bool:
    return context.known_functions.get(function.name) is function


def _only_branches(context: FunctionContext, statement: ast.stmt) -> bool:
    """Whether nothing but if and else stands around it."""
    node: ast.AST = statement
    while context.parents.get(node) is not None:
        node = context.parents[node]
        if node is context.node:
            return True
        if not isinstance(node, ast.If):
            return False
    return False


def _ends(statement: ast.stmt) -> bool:
    """Whether control never goes past it: a return or raise, or a branch whose ways all end so or start over."""
    if isinstance(statement, ast.Return | ast.Raise):
        return True
    return (
        isinstance(statement, ast.If)
        and bool(statement.orelse)
        and _ends(statement.body[-1])
        and _ends(statement.orelse[-1])
    )


def _assignment(context: FunctionContext, call: ast.Call) -> str | None:
    """The parameters that change and what they become; None when a call does not give all of them."""
    names = parameters(context.node)
    given: dict[str, ast.expr] = dict(zip(names, call.args, strict=False))
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in given:
            return None
        given[keyword.arg] = keyword.value
    if (
        set(given) != set(names)
        or len(call.args) > len(names)
        or any(isinstance(one, ast.Starred) for one in call.args)
    ):
        return None
    changed = [
        name for name in names if not (isinstance(value := given[name], ast.Name) and value.id == name)
    ]
    texts = [
        context.operand(given[name]) if isinstance(given[name], ast.Tuple) else context.text(given[name])
        for name in changed
    ]
    if any("\n" in text for text in texts):
        return None
    return f"{', '.join(changed)} = {', '.join(texts)}" if changed else ""


STRATEGY = BuiltinStrategy("tail-recursion", "recursion_to_iteration", _build, __doc__ or "", ("VX403",))
