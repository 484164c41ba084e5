"""Finds or adds the import that new code needs, under a name that nothing else uses."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from velox_engine.types import TextEdit

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def import_member(context: FunctionContext, module: str, member: str) -> tuple[str, list[TextEdit]]:
    """How to write `module.member` in the function, and the edits that make it available."""
    for statement in context.module.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == module and not statement.level:
            for alias in statement.names:
                name = alias.asname or alias.name
                if alias.name == member and _is_visible(context, name):
                    return name, []
    for statement in context.module.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name
                if alias.name == module and _is_visible(context, name.partition(".")[0]):
                    return f"{name}.{member}", []
    wanted = _free_name(context, member)
    written = member if wanted == member else f"{member} as {wanted}"
    for statement in context.module.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == module and not statement.level:
            if any(alias.name == "*" for alias in statement.names):
                continue
            at = context.layout.end(statement.names[-1])
            return wanted, [TextEdit(at, at, f", {written}")]
    return wanted, [_new_line(context, f"from {module} import {written}")]


def import_module(context: FunctionContext, module: str, name: str = "") -> tuple[str, list[TextEdit]]:
    """How to write `module` in the function, and the edits that bring it in, under its usual `name` if it has one."""
    for statement in context.module.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                bound = alias.asname or alias.name
                if alias.name == module and _is_visible(context, bound):
                    return bound, []
    wanted = _free_name(context, name or module)
    written = module if wanted == module else f"{module} as {wanted}"
    return wanted, [_new_line(context, f"import {written}")]


def _is_visible(context: FunctionContext, name: str) -> bool:
    """Whether the module-level import of `name` is what the function sees."""
    facts = context.facts
    for around in (*context.enclosing, context.node):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and name in facts.scope(around).bound:
            return False
    binders = facts.binders.get(name, ())
    if len(binders) != 1 or not isinstance(binders[0], ast.Import | ast.ImportFrom):
        return False
    hidden_inside = any(
        isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
        for node in context.own
    )
    return name not in facts.global_names and not hidden_inside


def _free_name(context: FunctionContext, wish: str) -> str:
    # A variable of any scope might be what this function sees, so take another name.
    name = wish
    while name in context.facts.variable_names:
        name = f"_{name}"
    return name


def _new_line(context: FunctionContext, text: str) -> TextEdit:
    """A line after the last import at the top, else after the docstring, else at the start."""
    body = context.module.body
    after: ast.stmt | None = None
    if (
        body
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        after = body[0]
    docstring_only = after is not None
    first_import: ast.stmt | None = None
    for statement in body[1 if after else 0 :]:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        first_import = first_import or statement
        after, docstring_only = statement, False
    layout = context.layout
    newline = context.source.newline
    if after is not None and layout.alone(after):
        at = layout.line_end(layout.end(after))
        future = isinstance(after, ast.ImportFrom) and after.module == "__future__"
        gap = newline * 2 if docstring_only or future else newline
        return TextEdit(at, at, f"{gap}{text}")
    at = 0
    if body:
        at = layout.line_start(layout.start(body[0]))
    # Comments above the first statement (a shebang, a licence) stay on top of the import.
    rest = context.source.data[at:]
    gap = "" if rest.startswith((b"import ", b"from ")) else newline * 2
    return TextEdit(at, at, f"{text}{newline}{gap}")
