"""Drops copies that nobody can see.

What it does: `x in list(d.keys())` asks the dict, `for x in list(xs)` over something the loop leaves alone iterates
it directly, `sorted(list(xs))`, `len(list(d))` and `bin(x)[2:].count("1")` lose their inner copy, and a list
comprehension given to `any`, `all`, `set` or `"".join`-like consumers is not built first where that pays.

Example:
    def known(names: list[str], table: dict):
        found = 0
        for name in names:
            if name in list(table.keys()):
                found += 1
        return found

Result:
    def known(names: list[str], table: dict):
        found = 0
        for name in names:
            if name in table:
                found += 1
        return found

Inputs:
    (["a", "b"], {"a": 1})
    ([], {})

When it is unsafe: when the copy protects a loop that changes the original; when an unhashable value is looked up, the
dict raises TypeError, so the value's type must be known there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import match_expr, match_stmt, same

_INNER_COPY = {
    "sorted": ("list", "tuple"),
    "set": ("list", "tuple"),
    "sum": ("list", "tuple"),
    "max": ("list", "tuple"),
    "min": ("list", "tuple"),
    "list": ("list",),
    "tuple": ("list", "tuple"),
}


_LAZY = frozenset(["range", "zip", "enumerate", "reversed"])


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    note = "leave out a copy that nobody can see"
    for node in ast.walk(context.node):
        if (
            isinstance(node, ast.Compare)
            and len(node.ops) == 1
            and isinstance(node.ops[0], ast.In | ast.NotIn)
        ):
            container = node.comparators[0]
            listed, view = match_expr("list(M_d.keys())", container), match_expr("M_d.keys()", container)
            found = listed or view
            # A view hashes what is looked for, as the dict does; a list compares it.
            if found and (
                (view and context.inference.of(found["M_d"]).is_mapping)
                or (context.is_builtin("list") and _looks_up(context, node.left, found["M_d"]))
            ):
                yield Rewrite((context.layout.replace(container, context.text(found["M_d"])),), note)
        found = match_expr("bin(M_x)[2:].count('1')", node) if isinstance(node, ast.expr) else None
        if (
            found
            and isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and context.is_builtin("bin")
        ):
            sliced = node.func.value
            if isinstance(sliced, ast.Subscript):
                end = context.layout.end(sliced.value)
                yield Rewrite((context.layout.between(end, context.layout.end(sliced), ""),), note)
        inner = _inner_copy(context, node)
        if inner is not None and isinstance(node, ast.Call):
            yield Rewrite((context.layout.replace(node.args[0], context.text(inner)),), note)
    for place in places(context.node):
        loop = place.statement
        if isinstance(loop, ast.For):
            copied = _copied(context, loop)
            if copied is not None and keeps_contents(context, copied, [*loop.body, loop.target]):
                yield Rewrite((context.layout.replace(loop.iter, context.text(copied)),), note)
        # Ex) xs = list(set(ys)); xs.sort()
        previous = place.previous
        sort = match_stmt("M_x.sort()", loop)
        made = match_stmt("M_x = list(M_s)", previous) if previous else None
        if sort and made and same(sort["M_x"], made["M_x"]) and isinstance(previous, ast.Assign):
            context.need_builtins("sorted", "list")
            gone = context.layout.delete(loop)
            if gone:
                text = f"sorted({context.text(made['M_s'])})"
                yield Rewrite((context.layout.replace(previous.value, text), gone), note)


def _looks_up(context: FunctionContext, value: ast.expr, mapping: ast.expr) -> bool:
    shape = context.inference.of(mapping)
    if shape.is_mapping:
        return context.inference.of(value).hashable or _is_key(context, value, mapping)
    return context.inference.of(value).hashable


def _is_key(context: FunctionContext, value: ast.expr, mapping: ast.expr) -> bool:
    """Whether the same value is used as a key elsewhere: then it is hashable."""
    return any(
        isinstance(node, ast.Subscript) and same(node.value, mapping) and same(node.slice, value)
        for node in ast.walk(context.node)
    )


def _gives_the_same(context: FunctionContext, call: ast.Call) -> bool:
    """Whether all that `range`, `zip` or `enumerate` goes through is a container, which a loop takes as it is."""
    if call.keywords or any(isinstance(arg, ast.Starred) for arg in call.args):
        return False
    known = [context.inference.of(arg) for arg in call.args]
    if isinstance(call.func, ast.Name) and call.func.id == "range":
        return True
    return bool(known) and all(one.is_container or one.name in ("str", "range") for one in known)


def _inner_copy(context: FunctionContext, node: ast.AST) -> ast.expr | None:
    """xs of sorted(list(xs))"""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _INNER_COPY):
        return None
    if not node.args or not context.is_builtin(node.func.id) or len(node.args) != 1:
        return None
    inner = node.args[0]
    if not (isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and len(inner.args) == 1):
        return None
    if (
        inner.func.id not in _INNER_COPY[node.func.id]
        or inner.keywords
        or not context.is_builtin(inner.func.id)
    ):
        return None
    return inner.args[0] if not isinstance(inner.args[0], ast.Starred | ast.GeneratorExp) else None


def _copied(context: FunctionContext, loop: ast.For) -> ast.expr | None:
    """xs of `for x in list(xs)` or `for x in xs[:]`, for a name or a view of one."""
    found = match_expr("list(M_x)", loop.iter)
    if found and context.is_builtin("list"):
        inner = found["M_x"]
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id in _LAZY:
            return inner if context.is_builtin(inner.func.id) and _gives_the_same(context, inner) else None
        if isinstance(inner, ast.Name):
            return (
                inner
                if context.inference.of(inner).name in ("list", "tuple", "dict", "set", "range", "str")
                else None
            )
        view = (
            match_expr("M_d.keys()", inner)
            or match_expr("M_d.values()", inner)
            or match_expr("M_d.items()", inner)
        )
        return inner if view and isinstance(view["M_d"], ast.Name) else None
    found = match_expr("M_x[:]", loop.iter)
    if found and isinstance(found["M_x"], ast.Name) and context.inference.of(found["M_x"]).name == "list":
        return found["M_x"]
    return None


STRATEGY = BuiltinStrategy("needless-copy", "copy_elimination", _build, __doc__ or "", ("VX124", "VX122"))
