"""Turns a recursion that adds or multiplies on its way back into a loop with an accumulator.

What it does: a function whose base cases return at once and whose last statement is `return term + f(…)` (or a product)
keeps the sum in a variable and goes on with the new arguments. Integers may be added in any order, so other types
still recurse.

Example:
    def digit_sum(n: int):
        if n == 0:
            return 0
        return n % 10 + digit_sum(n // 10)

Result:
    def digit_sum(n: int):
        if n >= 0:
            total = 0
            while True:
                if n == 0:
                    return total
                total += n % 10
                n //= 10
        if n == 0:
            return 0
        return n % 10 + digit_sum(n // 10)

Inputs:
    (1234,)
    (0,)
    (7,)
    (-1,)

When it is unsafe: for floats, whose sum depends on the order, and for text and lists, which do not commute. Where a
recursion would never end (and fails), a loop would hang: such arguments still recurse.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import own_nodes, parameters
from velox_engine.strategies.guards import either, integers_in
from velox_engine.strategies.loops import constant, is_fallback
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.recursion import returns, self_calls
from velox_engine.strategies.rendering import block_with_parts
from velox_engine.strategies.termination import ending_tests


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    function = context.node
    if not isinstance(function, ast.FunctionDef) or function.decorator_list or context.enclosing:
        return
    calls = self_calls(function)
    arguments = function.args
    if len(calls) != 1 or context.scope.inner or arguments.vararg or arguments.kwarg or arguments.kwonlyargs:
        return
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await) for node in own_nodes(function)):
        return
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if len(body) < 2 and not (body and isinstance(body[0], ast.If)):
        return
    rewrite = _loop(context, function, body, calls[0])
    if rewrite:
        yield rewrite


def _loop(
    context: FunctionContext, function: ast.FunctionDef, body: list[ast.stmt], call: ast.Call
) -> Rewrite | None:
    """The last statement, or the else branch of the last one, returns term + f(…)."""
    last = body[-1]
    if (
        isinstance(last, ast.If)
        and len(last.orelse) == 1
        and len(last.body) >= 1
        and isinstance(last.body[-1], ast.Return)
    ):
        while isinstance(last, ast.If) and len(last.orelse) == 1:
            last = last.orelse[0]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.BinOp):
        return None
    value = last.value
    if not isinstance(value.op, ast.Add | ast.Mult) or call not in (value.left, value.right):
        return None
    term = value.right if value.left is call else value.left
    names = parameters(function)
    if (
        call.keywords
        or len(call.args) != len(names)
        or any(isinstance(one, ast.Starred) for one in call.args)
    ):
        return None
    results = [node for node in returns(function) if node is not last]
    if not results or any(node.value is None for node in results):
        return None
    used = [term, *call.args, *(node.value for node in results if node.value is not None)]
    if not all(_stays_whole(one) for one in used):
        return None
    tests = integers_in(context, used)
    ending = ending_tests(context, function, [call])
    if ending is None:
        return None
    if tests is None or is_fallback(context, last, names[0]) or not set(_names(used)) <= set(names):
        return None
    tests += [test for test in ending if test not in tests]
    product = isinstance(value.op, ast.Mult)
    total = context.fresh("product" if product else "total", "result")
    sign = "*" if product else "+"
    parts: dict[ast.AST, str] = {}
    for node in results:
        if node.value is not None:
            neutral = constant(node.value) == (1 if product else 0)
            parts[node] = (
                f"return {total}" if neutral else f"return {total} {sign} {context.operand(node.value)}"
            )
    changed = [
        (name, given)
        for name, given in zip(names, call.args, strict=True)
        if not (isinstance(given, ast.Name) and given.id == name)
    ]
    if not changed:
        return None
    step = _step(context, changed)
    indent = " " * last.col_offset
    if "\t" in context.layout.indent(last):
        return None
    parts[last] = f"{total} {sign}= {context.text(term)}\n{indent}{step}"
    inner = block_with_parts(context, body, parts)
    if inner is None:
        return None
    start = "1" if product else "0"
    fast = f"{total} = {start}\nwhile True:\n{indent_lines(inner.rstrip(), context.layout.unit)}"
    slow = context.layout.block_text(body)
    if tests and slow:
        return _guarded(context, body[0], tests, fast)
    edit = either(context, body[0], body[-1], tests, fast, slow)
    return Rewrite((edit,), "accumulate in a loop instead of recursing") if edit else None


def _guarded(context: FunctionContext, first: ast.stmt, tests: list[str], fast: str) -> Rewrite | None:
    if isinstance(first, ast.If) and any(isinstance(node, ast.While) for node in first.body):
        return None
    code = f"if {' and '.join(tests)}:\n{indent_lines(fast, context.layout.unit)}"
    edit = context.layout.insert_before(first, code)
    return Rewrite((edit,), "accumulate in a loop instead of recursing") if edit else None


def _names(nodes: list[ast.expr]) -> list[str]:
    return [part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)]


def _stays_whole(node: ast.expr) -> bool:
    """Made of names and whole numbers so that ints give ints."""
    return all(
        isinstance(
            part,
            ast.Name | ast.BinOp | ast.Add | ast.Sub | ast.Mult | ast.Mod | ast.FloorDiv | ast.expr_context
            | ast.UnaryOp | ast.USub,
        )
        or (isinstance(part, ast.Constant) and type(part.value) is int)
        for part in ast.walk(node)
    )  # fmt: skip


def _step(context: FunctionContext, changed: list[tuple[str, ast.expr]]) -> str:
    if len(changed) == 1:
        name, given = changed[0]
        for template, sign in (("M_n - M_k", "-="), ("M_n // M_k", "//="), ("M_n + M_k", "+=")):
            found = match_expr(template, given)
            if found and isinstance(found["M_n"], ast.Name) and found["M_n"].id == name:
                return f"{name} {sign} {context.text(found['M_k'])}"
    return (
        f"{', '.join(name for name, _ in changed)} = {', '.join(context.text(given) for _, given in changed)}"
    )


STRATEGY = BuiltinStrategy("accumulating-recursion", "recursion_to_iteration", _build, __doc__ or "")
