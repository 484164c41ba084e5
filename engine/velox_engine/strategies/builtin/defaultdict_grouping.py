"""Groups with collections.defaultdict instead of testing for each key.

What it does: a loop that creates the container of a missing key before adding to it uses a `defaultdict`, which is
turned back into a dict after the loop, so that later look-ups of missing keys still raise KeyError.

Example:
    def by_length(words):
        groups = {}
        for word in words:
            if len(word) not in groups:
                groups[len(word)] = []
            groups[len(word)].append(word)
        return groups

Result:
    from collections import defaultdict


    def by_length(words):
        groups = defaultdict(list)
        for word in words:
            groups[len(word)].append(word)
        groups = dict(groups)
        return groups

Inputs:
    (["a", "bb", "c"],)
    ([],)

When it is unsafe: a look-up in the loop that relied on KeyError. The loop may therefore touch the dict in no other
way, and may not be left early.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, places
from velox_engine.strategies.patterns import Match, match_stmt, match_stmts, same
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit

_EMPTY = {"list": ("[]", "list()"), "set": ("set()",), "int": ("0",), "dict": ("{}", "dict()")}
_ADDS = {"list": "M_d[M_k].append(M_v)", "set": "M_d[M_k].add(M_v)", "int": "M_d[M_k] += M_v"}


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edits = _edits(context, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "group with collections.defaultdict")


def _edits(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    previous = place.previous
    if previous is None or loop.orelse:
        return None
    start = match_stmt("M_d = {}", previous) or match_stmt("M_d = dict()", previous)
    if not start or not isinstance(start["M_d"], ast.Name):
        return None
    name = start["M_d"].id
    touching = [statement for statement in loop.body if name in all_names([statement])]
    shape, found = _grouping(touching)
    if not found or not same(found["M_d"], start["M_d"]) or name in all_names([loop.iter]):
        return None
    key, value = found["M_k"], found["M_v"]
    if not is_pure(context, key) or name in all_names([key, value]):
        return None
    leaves = any(
        isinstance(node, ast.Return | ast.Yield | ast.YieldFrom | ast.Raise) for node in ast.walk(loop)
    )
    if leaves or not isinstance(previous, ast.Assign):
        return None
    context.need_builtins("dict", shape)
    factory, imported = import_member(context, "collections", "defaultdict")
    layout = context.layout
    add = f"{name}[{context.text(key)}]{_addition(context, shape, value)}"
    edits = [
        layout.replace(previous.value, f"{factory}({shape})"),
        layout.replace_statements(touching[0], touching[-1], add),
        layout.insert_after(loop, f"{name} = dict({name})"),
    ]
    if len(touching) == 2 and loop.body.index(touching[1]) != loop.body.index(touching[0]) + 1:
        return None
    done = [edit for edit in edits if edit is not None]
    return [*done, *imported] if len(done) == len(edits) else None


def _addition(context: FunctionContext, shape: str, value: ast.expr) -> str:
    text = context.text(value)
    return {"list": f".append({text})", "set": f".add({text})", "int": f" += {text}"}[shape]


def _grouping(statements: list[ast.stmt]) -> tuple[str, Match | None]:
    for shape, add in _ADDS.items():
        value = add.removeprefix("M_d[M_k]")
        for empty in _EMPTY[shape]:
            found = match_stmts(f"if M_k not in M_d:\n M_d[M_k] = {empty}\nM_d[M_k]{value}", statements)
            found = found or match_stmts(
                f"if M_k not in M_d.keys():\n M_d[M_k] = {empty}\nM_d[M_k]{value}", statements
            )
            if found:
                return shape, found
        first = {"list": "[M_v]", "set": "{M_v}", "int": "M_v"}[shape]
        for template in (
            f"if M_k in M_d:\n M_d[M_k]{value}\nelse:\n M_d[M_k] = {first}",
            f"if M_k not in M_d:\n M_d[M_k] = {first}\nelse:\n M_d[M_k]{value}",
        ):
            found = match_stmts(template, statements)
            # 0 + x is not x for strings and -0.0, so sums are left to the forms above.
            if found and shape != "int":
                return shape, found
    return "", None


STRATEGY = BuiltinStrategy("defaultdict-grouping", "stdlib_substitution", _build, __doc__ or "", ("VX105",))
