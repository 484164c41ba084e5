"""Takes a caller's list apart from its end, turned round for as long as a loop consumes it from its front.

What it does: a `while` loop that only tests, measures and consumes a list with `pop(0)`, where the list is an argument,
turns it round before, takes from the end, and turns what is left back again however the loop ends. `pop(0)` moves all
the other elements.

Example:
    def drain(tasks: list[str]) -> int:
        done = 0
        while tasks:
            task = tasks.pop(0)
            done += len(task)
        return done

Result:
    def drain(tasks: list[str]) -> int:
        done = 0
        tasks.reverse()
        try:
            while tasks:
                task = tasks.pop()
                done += len(task)
        finally:
            tasks.reverse()
        return done

Inputs:
    (["a", "bc"],)
    ([],)
    (["a", 5, "b"],)

When it is unsafe: when the loop calls what could look at the list under another name; so it must call nothing unknown,
and read no other list that it was given.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, parameters, read_names, stores_of
from velox_engine.strategies.effects import effects_of
from velox_engine.strategies.loops import constant, is_only_measured, places
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import block_with_parts
from velox_engine.types import TextEdit

_NO_LISTS = frozenset(
    {"int", "float", "number", "str", "bool", "bytes", "none", "range", "dict", "set", "frozenset", "Counter"}
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for name in parameters(context.node):
        if context.inference.of(ast.Name(name, ast.Load())).name != "list":
            continue
        if stores_of(name, context.own) or name in context.scope.inner:
            continue
        for place in places(context.node):
            loop = place.statement
            if isinstance(loop, ast.While) and not place.loops and not loop.orelse:
                edit = _edit(context, loop, name)
                if edit:
                    yield Rewrite((edit,), f"take the elements of {name} from its end")


def _edit(context: FunctionContext, loop: ast.While, name: str) -> TextEdit | None:
    parts: dict[ast.AST, str] = {}
    pops = 0
    for load in loads_of(name, loop):
        parent = context.parents[load]
        call = context.parents.get(parent)
        if (
            isinstance(parent, ast.Attribute)
            and isinstance(call, ast.Call)
            and match_expr(f"{name}.pop(0)", call)
        ):
            if type(constant(call.args[0])) is not int:
                return None
            parts[call] = f"{name}.pop()"
            pops += 1
        elif isinstance(parent, ast.Subscript) and match_expr(f"{name}[0]", parent):
            if not isinstance(parent.ctx, ast.Load):
                return None
            parts[parent] = f"{name}[-1]"
        elif not is_only_measured(context, load):
            return None
    if not pops or not _sees_nothing_else(context, loop, name):
        return None
    text = block_with_parts(context, [loop], parts)
    if text is None:
        return None
    unit = context.layout.unit
    body = indent_lines(text.rstrip(), unit)
    code = f"{name}.reverse()\ntry:\n{body}\nfinally:\n{unit}{name}.reverse()"
    return context.layout.replace_statements(loop, loop, code)


def _sees_nothing_else(context: FunctionContext, loop: ast.While, name: str) -> bool:
    """Whether nothing that the loop runs or reads may be the same list under another name."""
    inside = list(ast.walk(loop))
    if any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Lambda | ast.FunctionDef)
        for node in inside
    ):
        return False
    if effects_of(context, [loop]).calls_unknown:
        return False
    given = set(parameters(context.node)) - {name}
    for read in read_names([loop]) - {name}:
        if read in given:
            if context.inference.of(ast.Name(read, ast.Load())).name not in _NO_LISTS:
                return False
        elif read not in context.scope.bound and not (
            context.is_builtin(read) or read in context.known_functions or read in context.pure_modules
        ):
            return False
    return True


STRATEGY = BuiltinStrategy("drained-argument", "data_structure", _build, __doc__ or "", ("VX102",))
