"""Awaits independent coroutines together instead of one after the other.

What it does: a loop or comprehension that awaits the same coroutine function of the file for each element, and only
collects the results, hands all of them to `asyncio.gather`, which keeps their order. The function must be seen to
change nothing, so that no call can notice another.

Example:
    import asyncio


    async def _fetch(number: int) -> int:
        await asyncio.sleep(0.001)
        return number * 2


    async def fetch_all(numbers: list[int]) -> list[int]:
        results = []
        for number in numbers:
            results.append(await _fetch(number))
        return results

Result:
    import asyncio


    async def _fetch(number: int) -> int:
        await asyncio.sleep(0.001)
        return number * 2


    async def fetch_all(numbers: list[int]) -> list[int]:
        results = []
        results.extend(await asyncio.gather(*(_fetch(number) for number in numbers)))
        return results

Inputs:
    ([1, 2],)
    ([],)

When it is unsafe: when a call must wait for the one before it: shared connections, rate limits, locks. When one call
fails, the others have been started. So only functions are taken whose whole text shows that they just wait and compute.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import scope_of
from velox_engine.strategies.loops import places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.strategies.purity import PURE_BUILTINS, is_pure
from velox_engine.strategies.rendering import one_line


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    if not isinstance(context.node, ast.AsyncFunctionDef) or context.facts.imported("asyncio") is None:
        return
    for place in places(context.node):
        loop = place.statement
        if (
            isinstance(loop, ast.For)
            and isinstance(loop.target, ast.Name)
            and not loop.orelse
            and len(loop.body) == 1
        ):
            found = match_stmt("M_out.append(await M_f(M_a))", loop.body[0])
            if (
                not found
                or not isinstance(found["M_out"], ast.Name)
                or read_outside(context, loop.target.id, loop)
            ):
                continue
            if not _waits_only(context, found["M_f"]) or not is_pure(context, found["M_a"]):
                continue
            if context.inference.of(found["M_out"]).name != "list":
                continue
            text = _gathered(context, found["M_f"], found["M_a"], loop.target, loop.iter)
            code = one_line(f"{found['M_out'].id}.extend({text})")
            edit = context.layout.replace_statements(loop, loop, code) if code else None
            if edit:
                yield Rewrite((edit,), "await all of them together")
    for node in ast.walk(context.node):
        found = match_expr("[await M_f(M_a) for M_t in M_s]", node)
        if not found or not isinstance(node, ast.ListComp) or node.generators[0].is_async:
            continue
        if _waits_only(context, found["M_f"]) and is_pure(context, found["M_a"]):
            text = _gathered(context, found["M_f"], found["M_a"], found["M_t"], found["M_s"])
            context.need_builtins("list")
            yield Rewrite((context.layout.replace(node, f"list({text})"),), "await all of them together")


def _gathered(
    context: FunctionContext, function: ast.expr, argument: ast.expr, target: ast.expr, items: ast.expr
) -> str:
    call = f"{context.text(function)}({context.text(argument)})"
    return f"await asyncio.gather(*({call} for {context.text(target)} in {context.text(items)}))"


def _waits_only(context: FunctionContext, function: ast.expr) -> bool:
    """Whether it is a coroutine function of the file that awaits sleeps only and changes nothing."""
    if not isinstance(function, ast.Name):
        return False
    defined = [
        statement
        for statement in context.module.body
        if isinstance(statement, ast.AsyncFunctionDef)
        and statement.name == function.id
        and not statement.decorator_list
    ]
    if len(defined) != 1 or function.id in context.scope.bound:
        return False
    own = scope_of(defined[0])
    if own.outer_writes:
        return False
    for node in ast.walk(defined[0]):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return False
        if isinstance(node, ast.Await) and not match_expr("asyncio.sleep(M_t)", node.value):
            return False
        if isinstance(node, ast.Yield | ast.AsyncFor | ast.AsyncWith | ast.With | ast.Try | ast.Lambda):
            return False
        if (
            isinstance(node, ast.Call)
            and not match_expr("asyncio.sleep(M_t)", node)
            and not (
                isinstance(node.func, ast.Name)
                and node.func.id in PURE_BUILTINS
                and context.is_builtin(node.func.id)
            )
        ):
            return False
    return True


STRATEGY = BuiltinStrategy("gather-awaits", "concurrency", _build, __doc__ or "", ("VX702",))
