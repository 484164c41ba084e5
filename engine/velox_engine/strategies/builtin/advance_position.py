"""Moves a position through a text instead of cutting off its beginning again and again.

What it does: in a loop that runs while a text or list is not empty, takes what it needs from its front and then cuts
that off (`text = text[1:]`), the text stays whole and a position moves. Each cut copied all the rest.

Example:
    def unescape(text: str) -> str:
        result = []
        while text:
            if text.startswith("&amp;"):
                result.append("&")
                text = text[5:]
            else:
                result.append(text[0])
                text = text[1:]
        return "".join(result)

Result:
    def unescape(text: str) -> str:
        result = []
        start = 0
        while start < len(text):
            if text.startswith("&amp;", start):
                result.append("&")
                start += 5
            else:
                result.append(text[start])
                start += 1
        return "".join(result)

Inputs:
    ("a&amp;b",)
    ("",)
    ("&am",)

When it is unsafe: when the rest is handed on or used after the loop, and types of one's own whose slices are something
else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import loads_of, written_names
from velox_engine.strategies.loops import Place, constant, places
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.types import TextEdit

_SEQUENCES = frozenset({"str", "bytes", "list", "tuple"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.While) or loop.orelse:
            continue
        for name in sorted(written_names(loop.body) & context.scope.bound - context.scope.inner):
            if _goes_on_while_filled(loop.test, name):
                edits = _edits(context, place, loop, name)
                if edits:
                    yield Rewrite(tuple(edits), f"move a position through {name} instead of copying the rest")


def _goes_on_while_filled(test: ast.expr, name: str) -> bool:
    tests = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    return any(match_expr(form, one) for one in tests for form in (name, f"len({name}) > 0", f"{name} != ''"))


def _edits(context: FunctionContext, place: Place, loop: ast.While, name: str) -> list[TextEdit] | None:
    shape = context.inference.of(ast.Name(name, ast.Load())).name
    if shape not in _SEQUENCES or _used_after(context, loop, name):
        return None
    position = context.fresh("start", "position")
    layout = context.layout
    edits: list[TextEdit] = []
    cuts: set[ast.AST] = set()
    for node in ast.walk(loop):
        if not isinstance(node, ast.Assign):
            continue
        cut = match_stmt(f"{name} = {name}[M_k:]", node)
        if cut:
            step = constant(cut["M_k"])
            edit = layout.replace_statements(node, node, f"{position} += {step}")
            if type(step) is not int or step < 1 or edit is None:
                return None
            edits.append(edit)
            cuts.update(ast.walk(node))
    if not cuts or any(name in written_names([node]) and node not in cuts for node in _statements(loop)):
        return None
    for load in loads_of(name, loop):
        if load in cuts:
            continue
        replaced = _replacement(context, load, name, position, shape)
        if replaced is None:
            return None
        edits.append(layout.replace(*replaced))
    before = layout.insert_before(loop, f"{position} = 0")
    context.need_builtins("len")
    return [before, *edits] if before else None


def _statements(loop: ast.While) -> Iterator[ast.AST]:
    """What may bind a name inside the loop, compound statements left out (their parts are there too)."""
    for node in ast.walk(loop):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.NamedExpr | ast.Delete):
            yield node
        elif isinstance(node, ast.For | ast.comprehension):
            yield node.target
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield node.optional_vars


def _used_after(context: FunctionContext, loop: ast.While, name: str) -> bool:
    """Whether the rest may be looked at once the loop has ended, or by a loop around it."""
    inside = set(ast.walk(loop))
    ends = context.layout.end(loop)
    around = context.parents.get(loop)
    while around is not None and around is not context.node:
        if isinstance(around, ast.For | ast.While | ast.Try):
            return True
        around = context.parents.get(around)
    return any(
        load not in inside and context.layout.start(load) >= ends for load in loads_of(name, context.node)
    )


def _replacement(
    context: FunctionContext, load: ast.Name, name: str, position: str, shape: str
) -> tuple[ast.AST, str] | None:
    """(what to replace, by which text) for one use of the rest."""
    parent = context.parents.get(load)
    above = context.parents.get(parent) if parent is not None else None
    some = f"{position} < len({name})"
    if isinstance(parent, ast.While | ast.If | ast.IfExp) and parent.test is load:
        return load, some
    if isinstance(parent, ast.BoolOp) and isinstance(above, ast.While | ast.If) and above.test is parent:
        return load, some
    if isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not):
        return parent, f"{position} >= len({name})"
    if isinstance(parent, ast.Compare) and _goes_on_while_filled(parent, name):
        return parent, some
    if isinstance(parent, ast.Call) and isinstance(above, ast.Compare) and _goes_on_while_filled(above, name):
        return above, some
    if isinstance(parent, ast.Subscript) and parent.value is load and isinstance(parent.ctx, ast.Load):
        at = constant(parent.slice)
        if type(at) is int and at >= 0:
            return parent, f"{name}[{position}]" if at == 0 else f"{name}[{position} + {at}]"
        head = match_expr(f"{name}[:M_k]", parent)
        size = constant(head["M_k"]) if head else None
        if type(size) is int and size > 0:
            return parent, f"{name}[{position} : {position} + {size}]"
        return None
    if isinstance(parent, ast.Attribute) and isinstance(above, ast.Call) and shape in ("str", "bytes"):
        # Behind its end a text starts with nothing, not even with the empty text that an empty one starts with.
        told = match_expr(f"{name}.startswith(M_s)", above)
        if told and isinstance(told["M_s"], ast.Constant) and told["M_s"].value:
            return above, f"{name}.startswith({context.text(told['M_s'])}, {position})"
    return None


STRATEGY = BuiltinStrategy("advance-position", "copy_elimination", _build, __doc__ or "", ("VX111",))
