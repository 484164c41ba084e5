"""Joins the pieces of a string once instead of adding to it in a loop.

What it does: a string that starts empty and that a loop only adds to is joined from a comprehension where the loop
does nothing else; otherwise the pieces are collected in a list and joined after the loop. Pieces put in front are
joined in reverse.

Example:
    def shout(words):
        text = ""
        for word in words:
            text += word.upper() + "!"
        return text

Result:
    def shout(words):
        text = "".join([word.upper() + "!" for word in words])
        return text

Inputs:
    (["a", "b"],)
    ([],)

When it is unsafe: when the loop looks at the string that it builds, or adds something that is no string (the
TypeError then has another text).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, read_names, written_names
from velox_engine.strategies.loops import Place, places, read_outside, stands_in_try
from velox_engine.strategies.patterns import match_stmt
from velox_engine.strategies.rendering import comprehension_body, fits, one_line
from velox_engine.types import TextEdit

_NO_STRING = frozenset({"int", "float", "list", "tuple", "dict", "set", "bytes", "none", "bool", "number"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if not isinstance(place.statement, ast.For | ast.While) or place.statement.orelse:
            continue
        for name in sorted(written_names([place.statement])):
            created = _created_before(place, name)
            if created is None:
                continue
            adds, order = _additions(place.statement, name)
            if not adds or any(context.inference.of(value).name in _NO_STRING for _, value in adds):
                continue
            quote = context.text(created.value)
            if isinstance(place.statement, ast.For) and order == "after":
                whole = _comprehension(context, place, place.statement, created, name, quote)
                if whole:
                    yield Rewrite(whole, f"join {name} from a comprehension")
            # Adding behind is done in place by CPython, so only adding in front gains from a list of pieces.
            if order == "before":
                pieces = _pieces(context, place, created, name, quote, adds)
                if pieces:
                    yield Rewrite(pieces, f"collect the pieces of {name} and join them once")


def _created_before(place: Place, name: str) -> ast.Assign | None:
    for statement in reversed(place.before):
        if name in all_names([statement]):
            found = match_stmt("M_out = ''", statement)
            fine = found and isinstance(found["M_out"], ast.Name) and isinstance(statement, ast.Assign)
            return statement if fine and isinstance(statement, ast.Assign) else None
        if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Expr | ast.If):
            return None
    return None


def _additions(loop: ast.For | ast.While, name: str) -> tuple[list[tuple[ast.stmt, ast.expr]], str]:
    """All statements that add to the string, and on which side; nothing when it is used in another way."""
    adds: list[tuple[ast.stmt, ast.expr]] = []
    sides = set()
    for node in ast.walk(loop):
        if not isinstance(node, ast.stmt):
            continue
        for template, side in (
            (f"{name} += M_e", "after"),
            (f"{name} = {name} + M_e", "after"),
            (f"{name} = M_e + {name}", "before"),
        ):
            found = match_stmt(template, node)
            if found and name not in all_names([found["M_e"]]):
                adds.append((node, found["M_e"]))
                sides.add(side)
                break
    mentions = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(loop))
    expected = sum(1 if isinstance(statement, ast.AugAssign) else 2 for statement, _ in adds)
    return (adds, sides.pop()) if mentions == expected and len(sides) == 1 else ([], "")


def _comprehension(
    context: FunctionContext, place: Place, loop: ast.For, created: ast.Assign, name: str, quote: str
) -> tuple[TextEdit, ...] | None:
    found = comprehension_body(context, loop.body, "M_out += M_e", name) or comprehension_body(
        context, loop.body, f"M_out = {name} + M_e", name
    )
    targets = written_names([part.target for part in ast.walk(loop) if isinstance(part, ast.For)])
    if found is None or any(read_outside(context, target, loop) for target in targets):
        return None
    if any(
        isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.NamedExpr) for node in ast.walk(loop)
    ):
        return None
    if targets & read_names([loop.iter]) or name in context.scope.inner:
        return None
    text = one_line(f"{found[0]} for {context.text(loop.target)} in {context.text(loop.iter)}{found[1]}")
    if text is None:
        return None
    code = f"{name} = {quote}.join([{text}])"
    unit = context.layout.unit
    itself = not found[1] and found[0] == context.text(loop.target)
    if itself and context.inference.of(loop.iter).name in ("list", "tuple", "str"):
        code = f"{name} = {quote}.join({one_line(context.text(loop.iter))})"
    if not fits(context, code, loop):
        head = f"for {context.text(loop.target)} in {context.text(loop.iter)}{found[1]}"
        code = f"{name} = {quote}.join(\n{unit}[\n{unit}{unit}{found[0]}\n{unit}{unit}{head}\n{unit}]\n)"
    if place.previous is created:
        edit = context.layout.replace_statements(created, loop, code)
        return (edit,) if edit else None
    gone, edit = context.layout.delete(created), context.layout.replace_statements(loop, loop, code)
    return (gone, edit) if gone and edit else None


def _pieces(
    context: FunctionContext,
    place: Place,
    created: ast.Assign,
    name: str,
    quote: str,
    adds: list[tuple[ast.stmt, ast.expr]],
) -> tuple[TextEdit, ...] | None:
    loop = place.statement
    for node in ast.walk(loop):
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom):
            return None
    if stands_in_try(context, loop):
        return None
    if name in context.scope.inner:
        return None
    if any(context.inference.of(value).name != "str" for _, value in adds):
        return None
    pieces = context.fresh("parts", "pieces", f"{name}_parts")
    layout = context.layout
    edits = [
        layout.replace_statements(created, created, f"{pieces} = []"),
        layout.insert_after(loop, f"{name} = {quote}.join({pieces}[::-1])"),
    ]
    for statement, value in adds:
        edits.append(
            layout.replace_statements(statement, statement, f"{pieces}.append({context.text(value)})")
        )
    done = tuple(edit for edit in edits if edit is not None)
    return done if len(done) == len(edits) else None


STRATEGY = BuiltinStrategy("join-strings", "string_building", _build, __doc__ or "", ("VX201",))
