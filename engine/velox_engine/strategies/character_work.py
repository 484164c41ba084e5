"""Finds what a function does with each character of a text: builds another one, counts, or asks for any or all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from velox_engine.strategies.character_loops import added, summed
from velox_engine.strategies.character_source import Kind, Work, is_kept, source_of
from velox_engine.strategies.loops import constant, places
from velox_engine.strategies.patterns import match_expr, same
from velox_engine.strategies.rendering import one_line

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def works(context: FunctionContext) -> Iterator[Work]:
    """Everything of the kind in the function's own statements."""
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            found = added(context, place, place.statement) or summed(context, place, place.statement)
            if found:
                yield found
    for node in ast.walk(context.node):
        if isinstance(node, ast.Call):
            found = _called(context, node)
            if found and not _in_lambda(context, node):
                yield found


def _called(context: FunctionContext, node: ast.Call) -> Work | None:
    """''.join(…), len([…]), sum(…), all(…), any(…) and s.translate({…}), over the characters of a text"""
    table = _own_table(context, node)
    if table:
        return table
    if len(node.args) != 1 or node.keywords:
        return None
    is_join = match_expr("''.join(M_x)", node) is not None
    function = node.func.id if isinstance(node.func, ast.Name) and context.is_builtin(node.func.id) else ""
    if not is_join and function not in ("len", "sum", "all", "any"):
        return None
    walked = _walked(context, node.args[0], is_list=function == "len")
    if walked is None:
        return None
    variable, iterable, element, condition = walked
    itself = element is None or match_expr(variable, element) is not None
    kind: Kind
    if is_join:
        kind, element = "text", None if itself else element
    elif function == "len":
        kind, element = "count", None
    elif function == "sum":
        if element is None or itself:
            return None
        kind = "sum"
        if condition is not None and constant(element) is not True and constant(element) == 1:
            kind, element = "count", None
        elif _is_truth(context, element):
            kind = "count"
    elif condition is not None or element is None:
        return None
    else:
        kind = "all" if function == "all" else "any"
    if element is None and condition is None:
        return None
    return _work(context, kind, variable, iterable, element, condition, node)


def _walked(
    context: FunctionContext, inner: ast.expr, is_list: bool
) -> tuple[str, ast.expr, ast.expr | None, ast.expr | None] | None:
    """The variable, what it walks over, the element and the condition, of [… for c in s if …] or map and filter."""
    listed = match_expr("list(M_x)", inner)
    if listed and context.is_builtin("list"):
        inner, is_list = listed["M_x"], False
    for name in ("map", "filter"):
        mapped = match_expr(f"{name}(M_f, M_s)", inner)
        function = mapped["M_f"] if mapped and context.is_builtin(name) else None
        if mapped and isinstance(function, ast.Lambda) and not is_list:
            arguments = function.args
            plain = not (arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults)
            if not plain or len(arguments.args) != 1 or arguments.posonlyargs:
                return None
            asked = function.body
            variable, iterable = arguments.args[0].arg, mapped["M_s"]
            return (variable, iterable, asked, None) if name == "map" else (variable, iterable, None, asked)
    if not isinstance(inner, ast.ListComp if is_list else ast.ListComp | ast.GeneratorExp):
        return None
    generator = inner.generators[0]
    if len(inner.generators) != 1 or generator.is_async or len(generator.ifs) > 1:
        return None
    if not isinstance(generator.target, ast.Name):
        return None
    return generator.target.id, generator.iter, inner.elt, generator.ifs[0] if generator.ifs else None


def _is_truth(context: FunctionContext, node: ast.expr) -> bool:
    """Whether the value is True or False, so that a sum of it counts."""
    if isinstance(node, ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        return True
    if isinstance(node, ast.BoolOp):
        return all(_is_truth(context, value) for value in node.values)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith("is")
    )


def _own_table(context: FunctionContext, node: ast.Call) -> Work | None:
    """s.translate({ord(c): … for c in set(s)})"""
    found = match_expr("M_s.translate(M_table)", node)
    table = found["M_table"] if found else None
    if not found or not isinstance(table, ast.DictComp) or len(table.generators) != 1:
        return None
    generator = table.generators[0]
    source = match_expr("set(M_s)", generator.iter) or match_expr("dict.fromkeys(M_s)", generator.iter)
    if not source or not same(source["M_s"], found["M_s"]) or not isinstance(generator.target, ast.Name):
        return None
    name = generator.target.id
    if not match_expr(f"ord({name})", table.key) or not isinstance(found["M_s"], ast.Name):
        return None
    if generator.ifs:
        left = match_expr("not M_c", generator.ifs[0]) if len(generator.ifs) == 1 else None
        if constant(table.value) is not None or not isinstance(table.value, ast.Constant) or left is None:
            return None
        return _work(context, "text", name, found["M_s"], None, left["M_c"], node, known=True)
    return _work(context, "text", name, found["M_s"], table.value, None, node, known=True)


def _work(
    context: FunctionContext,
    kind: Kind,
    variable: str,
    iterable: ast.expr,
    element: ast.expr | None,
    condition: ast.expr | None,
    node: ast.Call,
    known: bool = False,
) -> Work | None:
    source = source_of(context, iterable, known)
    texts = [one_line(context.text(part)) if part is not None else "" for part in (element, condition)]
    if source is None or any(text is None for text in texts) or is_kept(context, node, source.name, known):
        return None
    # What makes the text is evaluated first only where nothing of the statement stands before it.
    if source.made_by and not isinstance(context.parents.get(node), ast.Return | ast.Assign):
        return None
    return Work(
        kind, variable, source.text, source.name, source.guard, element, condition, texts[0] or "", texts[1] or "",
        node, made_by=source.made_by,
    )  # fmt: skip


def _in_lambda(context: FunctionContext, node: ast.AST) -> bool:
    while node in context.parents and not isinstance(node, ast.stmt):
        node = context.parents[node]
        if isinstance(node, ast.Lambda):
            return True
    return False
