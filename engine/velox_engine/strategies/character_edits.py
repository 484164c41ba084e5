"""Puts a text's own method in the place of work done for each of its characters, behind the tests that it needs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from velox_engine.strategies.character_source import Work
from velox_engine.strategies.characters import is_text
from velox_engine.strategies.positions import indent_lines
from velox_engine.strategies.rendering import block_with_parts, fits, one_line, text_with
from velox_engine.types import TextEdit

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext

_COSTLY = 3
"""Calls for one character from which on a table pays that is made for each text."""


def put_in_place(context: FunctionContext, work: Work, new: str, tests: str) -> TextEdit | None:
    """The edit that makes a function use `new` where the tests pass (or always, without any)."""
    others = _for_others(context, work, tests)
    if work.statements is not None:
        first, last = work.statements
        block = work.block[work.block.index(first) : work.block.index(last) + 1]
        return _either(context, work, block, tests, new, work.statement.format(others) if others else None)
    node = work.node
    if node is None:
        return None
    if not tests and work.made_by is None:
        return context.layout.replace(node, new if _stands_free(context, node, new) else f"({new})")
    statement = _simple_statement(context, node)
    if statement is not None:
        fast = text_with(context, statement, {node: new if _stands_free(context, node, new) else f"({new})"})
        return _either(
            context,
            work,
            [statement],
            tests,
            fast,
            text_with(context, statement, {node: others}) if others else None,
        )
    old = one_line(context.text(node))
    if old is None:
        return None
    whole = f"({new} if {tests} else {others or old})"
    around = _statement_around(context, node)
    head = text_with(context, around, {node: whole}).split("\n")[0] if around is not None else whole
    return context.layout.replace(node, whole) if around is not None and fits(context, head, around) else None


def _either(
    context: FunctionContext,
    work: Work,
    statements: Sequence[ast.stmt],
    tests: str,
    fast: str,
    others: str | None,
) -> TextEdit | None:
    """The fast way, and behind its tests what the statements did."""
    layout, unit = context.layout, context.layout.unit
    first, last = statements[0], statements[-1]
    before = ""
    if work.made_by is not None:
        before = f"{work.name} = {context.text(work.made_by)}\n"
    if not tests:
        return layout.replace_statements(first, last, before + fast)
    named: dict[ast.AST, str] = {work.made_by: work.name} if work.made_by is not None else {}
    old = others or block_with_parts(context, statements, named)
    if old is None:
        return None
    if isinstance(last, ast.Return) and len(statements) == 1:
        if others is None and "\n" not in fast and not before:
            return layout.insert_before(first, f"if {tests}:\n{unit}{fast}")
        code = f"if {tests}:\n{indent_lines(fast, unit)}\n{old.rstrip()}"
    else:
        code = f"if {tests}:\n{indent_lines(fast, unit)}\nelse:\n{indent_lines(old.rstrip(), unit)}"
    return layout.replace_statements(first, last, before + code)


def _for_others(context: FunctionContext, work: Work, tests: str) -> str | None:
    """For texts beyond ASCII a table made for each call, where what a character becomes is a text whatever it is."""
    if work.kind != "text" or work.guard or tests != f"{work.name}.isascii()" or work.name != work.text:
        return None
    if work.element is not None and (
        work.condition is not None or not is_text(context, work.element, work.variable)
    ):
        return None
    parts = [part for part in (work.element, work.condition) if part is not None]
    if sum(isinstance(node, ast.Call) for part in parts for node in ast.walk(part)) < _COSTLY:
        return None
    context.need_builtins("dict", "ord")
    head = f"for {work.variable} in dict.fromkeys({work.text})"
    if work.element is None:
        made = f"{work.text}.translate({{ord({work.variable}): None {head} if not ({work.condition_text})}})"
    else:
        made = f"{work.text}.translate({{ord({work.variable}): {work.element_text} {head}}})"
    return made if len(made) <= 100 else None


def _statement_around(context: FunctionContext, node: ast.AST) -> ast.stmt | None:
    while not isinstance(node, ast.stmt):
        if node not in context.parents:
            return None
        node = context.parents[node]
    return node


def _simple_statement(context: FunctionContext, node: ast.expr) -> ast.stmt | None:
    """The statement that the expression is part of, if it can be written twice under a test."""
    above: ast.AST = node
    while above in context.parents and not isinstance(above, ast.stmt):
        above = context.parents[above]
        if isinstance(above, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            return None
    simple = isinstance(above, ast.Return | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr)
    if not isinstance(above, ast.stmt) or not simple or not context.layout.alone(above):
        return None
    return above if context.layout.block_text([above]) is not None else None


def _stands_free(context: FunctionContext, node: ast.expr, new: str) -> bool:
    """Whether the new expression needs no parentheses in the place of the old one."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.Return | ast.Assign | ast.keyword) or new.startswith("("):
        return True
    if isinstance(parent, ast.Call) and node in parent.args:
        return True
    return isinstance(ast.parse(new, mode="eval").body, ast.Call | ast.Name | ast.Constant)
