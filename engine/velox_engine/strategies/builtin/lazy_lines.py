"""Reads a file line by line instead of holding all its lines.

What it does: `for line in f.readlines()`, in a loop or a comprehension, goes over the file itself, when it was opened
by a `with` of the function and nothing else is done with it there. The memory no longer grows with the file.

Example:
    def longest(path: str) -> int:
        best = 0
        with open(path) as file:
            for line in file.readlines():
                if len(line) > best:
                    best = len(line)
        return best

Result:
    def longest(path: str) -> int:
        best = 0
        with open(path) as file:
            for line in file:
                if len(line) > best:
                    best = len(line)
        return best

Inputs:
    ("no such file",)

When it is unsafe: when the loop writes to the file or closes it, and when a part of the file cannot be decoded: then
the lines before it have been dealt with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For):
            continue
        found = match_expr("M_f.readlines()", loop.iter)
        if not found or not isinstance(found["M_f"], ast.Name):
            continue
        name = found["M_f"].id
        if name in all_names(loop.body) or name in all_names(loop.orelse) or not _is_opened(context, name):
            continue
        if any(_opens(context, one) for one in loop.body):
            continue
        yield Rewrite((context.layout.replace(loop.iter, name),), "read line by line")
    for node in ast.walk(context.node):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            first = node.generators[0]
            found = match_expr("M_f.readlines()", first.iter)
            if not found or not isinstance(found["M_f"], ast.Name) or not _is_used_up(context, node):
                continue
            name = found["M_f"].id
            mentions = [part for part in ast.walk(node) if isinstance(part, ast.Name) and part.id == name]
            if len(mentions) == 1 and _is_opened(context, name) and not _opens(context, node):
                yield Rewrite((context.layout.replace(first.iter, name),), "read line by line")


def _is_used_up(context: FunctionContext, node: ast.expr) -> bool:
    """Whether all elements are taken at once: a generator may be read after the file was closed."""
    if not isinstance(node, ast.GeneratorExp):
        return True
    parent = context.parents.get(node)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("sum", "list", "set", "dict", "tuple", "sorted", "max", "min")
        and context.is_builtin(parent.func.id)
    )


def _opens(context: FunctionContext, node: ast.AST) -> bool:
    return any(isinstance(part, ast.Call) and "open" in context.text(part.func) for part in ast.walk(node))


def _is_opened(context: FunctionContext, name: str) -> bool:
    """Whether the name is what a `with open(…)` of the function binds, and nothing else."""
    opened = [
        item
        for node in ast.walk(context.node)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name
    ]
    bound = [
        node
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    return len(opened) == len(bound) == 1 and _is_open_call(context, opened[0].context_expr)


def _is_open_call(context: FunctionContext, node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "open" and context.is_builtin("open")
    return isinstance(node.func, ast.Attribute) and node.func.attr == "open"


STRATEGY = BuiltinStrategy("lazy-lines", "io_buffering", _build, __doc__ or "", ("VX707",))
