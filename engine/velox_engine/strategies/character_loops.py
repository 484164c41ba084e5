"""Finds loops that build a text from the characters of another, or add up what they stand for."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from velox_engine.strategies.bindings import loads_of, written_names
from velox_engine.strategies.character_source import Source, Work, is_kept, source_of
from velox_engine.strategies.emitted import emitted
from velox_engine.strategies.loops import Place, constant, range_parts, read_outside, stands_in_loop
from velox_engine.strategies.patterns import match_expr, match_stmt, same
from velox_engine.strategies.rendering import index_to_item, render

if TYPE_CHECKING:
    from velox_engine.strategies.base import FunctionContext


def added(context: FunctionContext, place: Place, loop: ast.For) -> Work | None:
    """out = ''; for c in s: out += …, or out = []; for c in s: out.append(…); … ''.join(out)"""
    previous = place.previous
    start = match_stmt("M_out = ''", previous) or match_stmt("M_out = []", previous)
    if not start or not isinstance(start["M_out"], ast.Name) or not isinstance(loop.target, ast.Name):
        return None
    out, variable = start["M_out"].id, loop.target.id
    source = source_of(context, loop.iter)
    if source is None or loop.orelse or out in (variable, source.name) or previous is None:
        return None
    if any(read_outside(context, name, loop) for name in {variable, *written_names(loop.body)} - {out}):
        return None
    if out in context.scope.inner or out in context.scope.outer_writes or is_kept(context, loop, source.name):
        return None
    element = emitted(loop.body, out)
    if element is None or loads_of(out, element) or loads_of(out, loop.iter):
        return None
    statement, last = f"{out} = {{}}", loop
    if not match_stmt("M_out = ''", previous):
        after = place.after[0] if place.after else None
        joins = [node for node in ast.walk(after) if match_expr(f"''.join({out})", node)] if after else []
        if len(joins) != 1 or not isinstance(after, ast.Return | ast.Assign):
            return None
        if not only_joined(context, out, loop, after):
            return None
        statement, last = render(context, after, {joins[0]: "\0"}), after
        if "{" in statement or "}" in statement:
            return None
        statement = statement.replace("\0", "{}")
    return Work(
        "text", variable, source.text, source.name, source.guard, element, None, ast.unparse(element),
        statements=(previous, last), block=place.block, statement=statement, made_by=source.made_by,
    )  # fmt: skip


def only_joined(context: FunctionContext, out: str, loop: ast.For, after: ast.Return | ast.Assign) -> bool:
    """Whether a list that the loop fills is read by `after` alone; then its name may hold something else."""
    appends = [
        node
        for part in ast.walk(loop)
        if isinstance(part, ast.Expr) and match_stmt(f"{out}.append(M_e)", part)
        for node in loads_of(out, part)
    ]
    if len(loads_of(out, loop)) != len(appends) or len(loads_of(out, after)) != 1:
        return False
    within = {*ast.walk(loop), *ast.walk(after)}
    others = [load for load in loads_of(out, context.node) if load not in within]
    rebound = isinstance(after, ast.Assign) and any(match_expr(out, target) for target in after.targets)
    late = all(context.layout.start(load) > context.layout.end(after) for load in others)
    return not others or (rebound and late and not stands_in_loop(context, after))


def summed(context: FunctionContext, place: Place, loop: ast.For) -> Work | None:
    """for c in s: n += …, for one number or several, also by index"""
    if loop.orelse or not isinstance(loop.target, ast.Name):
        return None
    totals = sorted(
        {
            node.target.id
            for node in ast.walk(loop)
            if isinstance(node, ast.AugAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(node.op, ast.Add)
        }
    )
    body, variable, source = _characters_of(context, loop)
    if source is None or not 0 < len(totals) <= 4 or any(loads_of(name, loop.iter) for name in totals):
        return None
    if any(
        read_outside(context, name, loop)
        for name in {loop.target.id, *written_names(loop.body)} - set(totals)
    ):
        return None
    if any(not _is_number_here(context, name) for name in totals) or is_kept(context, loop, source.name):
        return None
    found: list[Work] = []
    for total in totals:
        element = emitted(body, total, 0, [name for name in totals if name != total])
        if element is None or any(loads_of(name, element) for name in totals):
            return None
        one = Work(
            "sum", variable, source.text, source.name, source.guard, element, None, ast.unparse(element)
        )
        statement = f"{total} += {{}}"
        found.append(
            replace(
                one, statements=(loop, loop), block=place.block, statement=statement, made_by=source.made_by
            )
        )
    zero = match_stmt("M_n = 0", place.previous) if place.previous else None
    if zero and len(found) == 1 and match_expr(totals[0], zero["M_n"]) and place.previous is not None:
        return replace(found[0], statements=(place.previous, loop), statement=f"{totals[0]} = {{}}")
    return replace(found[0], more=tuple(found[1:]))


def _is_number_here(context: FunctionContext, name: str) -> bool:
    known = context.inference.of(ast.Name(name, ast.Load()))
    outside = name in context.scope.outer_writes or name in context.scope.inner
    return known.name == "int" and known.evidence == "proved" and not outside


def _characters_of(context: FunctionContext, loop: ast.For) -> tuple[list[ast.stmt], str, Source | None]:
    """The body in terms of a character, the character's name and the text; by index as well."""
    variable = loop.target.id if isinstance(loop.target, ast.Name) else ""
    indexed = index_to_item(context, loop, loop.body)
    if indexed is None:
        return loop.body, variable, source_of(context, loop.iter)
    base, index, _ = indexed
    parts = range_parts(context, loop.iter)
    length = match_expr("len(M_x)", parts[1]) if parts else None
    if parts is None or not length or not same(length["M_x"], base) or constant(parts[0]) != 0:
        return [], variable, None
    step = constant(parts[2])
    source = source_of(context, base)
    if not isinstance(step, int) or isinstance(step, bool) or step < 1 or source is None or source.made_by:
        return [], variable, None
    variable = context.fresh("char", "letter")
    turned = _ByCharacter(base, index, variable)
    body = [turned.visit(copy.deepcopy(one)) for one in loop.body]
    return body, variable, replace(source, text=f"{source.text}[::{step}]") if step > 1 else source


class _ByCharacter(ast.NodeTransformer):
    """Replaces s[i] by the name of a character."""

    def __init__(self, base: ast.expr, index: str, variable: str) -> None:
        self.base, self.index, self.variable = base, index, variable

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if same(node.value, self.base) and match_expr(self.index, node.slice):
            return ast.Name(self.variable, ast.Load())
        return ast.Subscript(self.visit(node.value), self.visit(node.slice), node.ctx)
