"""Writes an inner function whose results are kept in a dict for the length of one call.

A decorator such as `functools.lru_cache` puts a call in C between any two levels of a recursion. Before Python 3.13
these count as well, so that a recursion 600 deep, which worked, would then fail. A dict leaves the depth as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from velox_engine.strategies.rendering import text_with, without_inner

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

# Of these types, equal values of the declared type are the same value.
_TOLD_APART = frozenset({"int", "str", "bytes", "bool"})


@dataclass(frozen=True, slots=True)
class Remembered:
    """The pieces of code that make an inner function remember."""

    before: str
    """What stands before the inner function."""
    first: str
    """The first statements of its body."""
    replaced: Mapping[ast.AST, str]
    """The nodes of its body to replace, those given included."""


def remembered(
    context: FunctionContext,
    body: Sequence[ast.stmt],
    calls: Sequence[ast.Call],
    own: Sequence[str],
    others: Sequence[str],
    replaced: Mapping[ast.AST, str],
) -> Remembered | None:
    """How a body keeps its results by its parameters `own`; None where a return shares its line.

    `others` are those of them whose type is not sure to be int, and `replaced` is what is replaced in the body already.
    """
    layout = context.layout
    known, result = context.fresh("known", "results"), context.fresh("result", "answer")
    # 1 and 1.0 are the same key, and may have other results.
    unsure = [name for name in others if _shape(context, name) not in _TOLD_APART]
    if unsure:
        context.need_builtins("type")
    key, first = own[0], ""
    if len(own) + len(unsure) > 1:
        key = context.fresh("key", "state")
        first = f"{key} = {', '.join([*own, *(f'type({name})' for name in unsure)])}\n"
    first += f"if {key} in {known}:\n{layout.unit}return {known}[{key}]\n"
    begin = min(layout.start(call) for call in calls)
    done = dict(replaced)
    for node in (node for top in body for node in ast.walk(top)):
        # What is returned before the first call is quickly computed again.
        if not isinstance(node, ast.Return) or node.value is None or layout.end(node) < begin:
            continue
        if not layout.alone(node):
            return None
        # Of the statement, since parentheses that let a value go over several lines are not part of it.
        value = text_with(context, node, done).removeprefix("return").lstrip()
        done = without_inner(done, node)
        done[node] = f"{known}[{key}] = {result} = {value}\n{layout.indent(node)}return {result}"
    return Remembered(f"{known} = {{}}\n\n", first, done)


def _shape(context: FunctionContext, name: str) -> str:
    return context.inference.of(ast.Name(name, ast.Load())).name
