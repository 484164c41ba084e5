"""Counts with collections.Counter, whose loop runs in C.

What it does: a loop that only counts its elements (or a pure expression of them) in a dict becomes one
`dict(Counter(…))`, so that the result stays a plain dict with its keys in the same order.

Example:
    def frequencies(words):
        counts = {}
        for word in words:
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
        return counts

Result:
    from collections import Counter


    def frequencies(words):
        counts = dict(Counter(iter(words)))
        return counts

Inputs:
    (["a", "b", "a"],)
    ([],)
    ("mississippi",)

When it is unsafe: never for builtin iterables; `iter` keeps a dict from being taken for counts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import Place, places, read_outside
from velox_engine.strategies.patterns import match_expr, match_stmt, match_stmts, same
from velox_engine.strategies.purity import is_pure
from velox_engine.types import TextEdit

_BODIES = (
    "if M_k in M_d:\n M_d[M_k] += 1\nelse:\n M_d[M_k] = 1",
    "if M_k not in M_d:\n M_d[M_k] = 1\nelse:\n M_d[M_k] += 1",
    "if M_k in M_d:\n M_d[M_k] = M_d[M_k] + 1\nelse:\n M_d[M_k] = 1",
    "if M_k not in M_d:\n M_d[M_k] = 1\nelse:\n M_d[M_k] = M_d[M_k] + 1",
    "if M_k in M_d.keys():\n M_d[M_k] += 1\nelse:\n M_d[M_k] = 1",
    "if M_k not in M_d.keys():\n M_d[M_k] = 1\nelse:\n M_d[M_k] += 1",
    "if M_k not in M_d:\n M_d[M_k] = 0\nM_d[M_k] += 1",
    "if M_k not in M_d:\n M_d[M_k] = 0\nM_d[M_k] = M_d[M_k] + 1",
    "M_d[M_k] = M_d.get(M_k, 0) + 1",
    "M_d[M_k] = 1 + M_d.get(M_k, 0)",
    "try:\n M_d[M_k] += 1\nexcept KeyError:\n M_d[M_k] = 1",
    "M_d.setdefault(M_k, 0)\nM_d[M_k] += 1",
)
# After every key was set to 0, adding is all that is left.
_ADDITIONS = ("M_d[M_k] += 1", "M_d[M_k] = M_d[M_k] + 1")
_ZEROES = (
    "M_d = {M_v: 0 for M_v in M_xs}",
    "M_d = dict((M_v, 0) for M_v in M_xs)",
    "M_d = dict([(M_v, 0) for M_v in M_xs])",
    "M_d = dict.fromkeys(M_xs, 0)",
)


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        if isinstance(place.statement, ast.For):
            edits = _edits(context, place, place.statement)
            if edits:
                yield Rewrite(tuple(edits), "count with collections.Counter")


def _edits(context: FunctionContext, place: Place, loop: ast.For) -> list[TextEdit] | None:
    previous = place.previous
    if loop.orelse or previous is None or not isinstance(loop.target, ast.Name):
        return None
    found = next((match for match in (match_stmts(body, loop.body) for body in _BODIES) if match), None)
    zeroed = None
    if not found:
        found = next(
            (match for match in (match_stmts(body, loop.body) for body in _ADDITIONS) if match), None
        )
        zeroed = next((match for match in (match_stmt(text, previous) for text in _ZEROES) if match), None)
        if not found or not zeroed or not same(zeroed["M_d"], found["M_d"]):
            return None
        # The same elements give the same keys only when nothing is consumed: a name of a list or string.
        shape = context.inference.of(loop.iter)
        if not same(zeroed["M_xs"], loop.iter) or not same(found["M_k"], loop.target):
            return None
        if not isinstance(loop.iter, ast.Name) or shape.name in ("iterator", "generator"):
            return None
    else:
        start = match_stmt("M_d = {}", previous) or match_stmt("M_d = dict()", previous)
        if not start or not same(start["M_d"], found["M_d"]):
            return None
    counts, key = found["M_d"], found["M_k"]
    if not isinstance(counts, ast.Name) or read_outside(context, loop.target.id, loop):
        return None
    names = {node.id for part in (loop.iter, key) for node in ast.walk(part) if isinstance(node, ast.Name)}
    if counts.id in names or not is_pure(context, key) or isinstance(key, ast.Tuple):
        return None
    context.need_builtins("dict", "iter")
    counter, imported = import_member(context, "collections", "Counter")
    iterable = _iterable(context, loop, key)
    edit = context.layout.replace_statements(previous, loop, f"{counts.id} = dict({counter}({iterable}))")
    return [edit, *imported] if edit else None


def _iterable(context: FunctionContext, loop: ast.For, key: ast.expr) -> str:
    text = context.text(loop.iter)
    if same(key, loop.target):
        shape = context.inference.of(loop.iter)
        return (
            text if shape.name in ("list", "str", "tuple", "set", "range", "generator") else f"iter({text})"
        )
    target = context.text(loop.target)
    plain = match_expr("M_f(M_x)", key)
    if (
        plain
        and same(plain["M_x"], loop.target)
        and isinstance(plain["M_f"], ast.Name)
        and context.is_builtin("map")
    ):
        return f"map({plain['M_f'].id}, {text})"
    return f"{context.text(key)} for {target} in {context.operand(loop.iter)}"


STRATEGY = BuiltinStrategy("counter", "stdlib_substitution", _build, __doc__ or "", ("VX104",))
