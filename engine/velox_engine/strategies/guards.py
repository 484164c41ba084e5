"""Tests of types that let a fast way be taken only where it is exact, and the old way otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from velox_engine.strategies.errors import NotApplicable
from velox_engine.strategies.positions import indent_lines
from velox_engine.types import TextEdit

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_WIDEST: Final = 104
"""Longer conditions go over several lines."""


def list_of_integers(context: FunctionContext, name: str) -> list[str]:
    """The tests that `name` holds a list of plain ints; none where that is known."""
    shape = context.inference.of(ast.Name(name, ast.Load()))
    if shape.name == "list" and shape.element.name == "int" and shape.element.evidence != "use":
        return []
    if shape.name not in ("list", "") or (
        shape.name == "list" and shape.element.name not in ("int", "", "!")
    ):
        raise NotApplicable(f"{name} holds something else than ints")
    context.need_builtins("isinstance", "list", "set", "map", "type", "int")
    return [f"isinstance({name}, list)", f"set(map(type, {name})) <= {{int}}"]


def ordered_list(context: FunctionContext, name: str) -> list[str]:
    """The tests that `name` holds a list of ints or one of strings: a total order whose equal values are alike."""
    shape = context.inference.of(ast.Name(name, ast.Load()))
    if shape.name == "list" and shape.element.name in ("int", "str") and shape.element.evidence != "use":
        return []
    context.need_builtins("isinstance", "list", "set", "map", "type", "int", "str")
    return [f"isinstance({name}, list)", f"set(map(type, {name})) in ({{int}}, {{str}})"]


def integer(context: FunctionContext, node: ast.expr) -> list[str]:
    """The test that a name holds an int; none where that is known. It may be given constants as well."""
    shape = context.inference.of(node)
    if shape.name == "int" and (shape.evidence != "use" or not isinstance(node, ast.Name)):
        return []
    if shape.name not in ("int", "bool", "number", "", "!"):
        raise NotApplicable(f"{context.text(node)} is no int")
    context.need_builtins("isinstance", "int")
    return [f"isinstance({context.text(node)}, int)"]


def integers_in(context: FunctionContext, nodes: Iterable[ast.expr]) -> list[str] | None:
    """The tests that all names in the expressions hold ints; None when something else than names needs one."""
    tests: list[str] = []
    for top in nodes:
        called = {part.func for part in ast.walk(top) if isinstance(part, ast.Call)}
        for part in ast.walk(top):
            if isinstance(part, ast.Name) and part not in called and isinstance(part.ctx, ast.Load):
                tests += [test for test in integer(context, part) if test not in tests]
            elif (isinstance(part, ast.Subscript | ast.Attribute) and part not in called) or (
                isinstance(part, ast.Constant) and type(part.value) is not int
            ):
                return None
    return tests


def either(
    context: FunctionContext,
    first: ast.stmt,
    last: ast.stmt,
    tests: Sequence[str],
    fast: str,
    slow: str | None,
) -> TextEdit | None:
    """Put `fast` in the place of statements, with `slow` (their text) kept for what fails the tests."""
    layout = context.layout
    if not tests:
        return layout.replace_statements(first, last, fast)
    if slow is None:
        return None
    unit = layout.unit
    condition = " and ".join(dict.fromkeys(tests))
    if len(layout.indent(first).expandtabs(4)) + len(condition) > _WIDEST:
        lines = "".join(
            f"\n{unit}{'and ' if at else ''}{test}" for at, test in enumerate(dict.fromkeys(tests))
        )
        condition = f"({lines}\n)"
    code = f"if {condition}:\n{indent_lines(fast, unit)}\nelse:\n{indent_lines(slow.rstrip(), unit)}"
    return layout.replace_statements(first, last, code)


def has_fast_way(context: FunctionContext, node: ast.AST, asked: str) -> bool:
    """Whether a node is what remains where a test that mentions `asked` (such as ".dtype") fails."""
    while node in context.parents:
        parent = context.parents[node]
        if isinstance(parent, ast.If) and node in parent.orelse and asked in context.text(parent.test):
            return True
        node = parent
    return False
