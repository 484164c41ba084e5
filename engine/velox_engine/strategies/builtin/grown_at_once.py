"""Collects the parts of an array or a data frame in a list and joins them once.

What it does: a loop that does `result = np.append(result, x)`, `result = np.concatenate([result, part])` or
`frame = pd.concat([frame, part])` copies everything in each turn. The parts go into a list, and one call after the loop
joins them.

Example:
    import numpy as np


    def squares(n: int) -> np.ndarray:
        result = np.array([])
        for i in range(n):
            result = np.append(result, i * i)
        return result

Result:
    import numpy as np


    def squares(n: int) -> np.ndarray:
        result = []
        for i in range(n):
            result.append(i * i)
        result = np.array(result, dtype=float)
        return result

Inputs:
    (4,)
    (0,)

When it is unsafe: an integer past 64 bits makes an array of objects where it is appended, and a float here. The loop
must not look at what it has so far, and only numbers are appended one by one, as far as the types are known.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.loops import places, stands_in_try
from velox_engine.strategies.patterns import match_expr, match_stmt
from velox_engine.types import TextEdit

_EMPTY = ("{np}.array([])", "{np}.empty(0)", "{np}.zeros(0)", "{np}.array([], dtype=float)")
_JOINS = (("numpy", "concatenate"), ("numpy", "hstack"), ("pandas", "concat"))


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.For) or loop.orelse or not isinstance(place.previous, ast.Assign):
            continue
        target = place.previous.targets[0]
        if len(place.previous.targets) != 1 or not isinstance(target, ast.Name):
            continue
        edits = _edits(context, place.previous, loop, target.id)
        if edits:
            yield Rewrite(tuple(edits), f"collect the parts of {target.id} and join them once")


def _edits(context: FunctionContext, made: ast.Assign, loop: ast.For, name: str) -> list[TextEdit] | None:
    inside = [node for one in loop.body for node in ast.walk(one)]
    grows = [node for node in inside if isinstance(node, ast.Assign) and name in all_names(node.targets)]
    # The loop looks at nothing but the end of it, and nobody sees it half done.
    mentions = [node for node in inside if isinstance(node, ast.Name) and node.id == name]
    if len(grows) != 1 or len(mentions) != 2 or name in all_names([loop.iter, loop.target]):
        return None
    if name in context.scope.inner | context.scope.outer_writes or stands_in_try(context, loop):
        return None
    if any(isinstance(node, ast.Yield | ast.YieldFrom | ast.Await | ast.Return) for node in inside):
        return None
    return _numbers(context, made, loop, name, grows[0]) or _parts(context, made, loop, name, grows[0])


def _numbers(
    context: FunctionContext, made: ast.Assign, loop: ast.For, name: str, grow: ast.Assign
) -> list[TextEdit] | None:
    """result = np.append(result, x)"""
    numpy = context.facts.imported_as("numpy")
    found = match_stmt(f"{name} = {numpy}.append({name}, M_x)", grow) if numpy else None
    if not found or numpy in context.scope.bound:
        return None
    if not any(match_expr(form.format(np=numpy), made.value) for form in _EMPTY):
        return None
    if not context.inference.of(found["M_x"]).is_number:
        return None
    joined = f"{name} = {numpy}.array({name}, dtype=float)"
    return _collected(context, made, loop, grow, (name, "[]"), (found["M_x"], joined))


def _parts(
    context: FunctionContext, made: ast.Assign, loop: ast.For, name: str, grow: ast.Assign
) -> list[TextEdit] | None:
    """result = np.concatenate([result, part]), frame = pd.concat([frame, part], ignore_index=True)"""
    call = grow.value
    if not isinstance(call, ast.Call) or len(call.args) != 1 or not isinstance(made.value, ast.Call):
        return None
    for module, function in _JOINS:
        known = context.facts.imported_as(module)
        if known is None or known in context.scope.bound or not match_expr(f"{known}.{function}", call.func):
            continue
        pair = call.args[0]
        if not isinstance(pair, ast.List | ast.Tuple) or len(pair.elts) != 2 or not _is(pair.elts[0], name):
            return None
        if any(not isinstance(keyword.value, ast.Constant) for keyword in call.keywords):
            return None
        parts = context.fresh(f"{name}_parts", f"parts_of_{name}")
        options = "".join(f", {context.text(keyword)}" for keyword in call.keywords)
        joined = f"{name} = {known}.{function}({parts}{options})"
        return _collected(
            context, made, loop, grow, (parts, f"[{context.text(made.value)}]"), (pair.elts[1], joined)
        )
    return None


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _collected(
    context: FunctionContext,
    made: ast.Assign,
    loop: ast.For,
    grow: ast.Assign,
    start: tuple[str, str],
    rest: tuple[ast.expr, str],
) -> list[TextEdit] | None:
    """The list in the place of what grew: how it is called and starts, what is added, and how it is joined."""
    parts, first = start
    added, joined = rest
    text = context.text(added)
    if "\n" in text or "\n" in first:
        return None
    edits = (
        context.layout.replace_statements(made, made, f"{parts} = {first}"),
        context.layout.replace_statements(grow, grow, f"{parts}.append({text})"),
        context.layout.insert_after(loop, joined),
    )
    return [edit for edit in edits if edit] if all(edits) else None


STRATEGY = BuiltinStrategy("grown-at-once", "vectorization", _build, __doc__ or "", ("VX607",))
