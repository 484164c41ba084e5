"""Adds to a container in place instead of building a new one from it each time.

What it does: in a loop, `xs = xs + [x]` and `xs += [x]` become `xs.append(x)`, `xs = xs + ys` becomes `xs.extend(ys)`
where `ys` is sure to be a list, `d = {**d, k: v}` becomes `d[k] = v`, `d = {**d, **e}` becomes `d.update(e)`, and
`s = s | {x}` becomes `s.add(x)`, for containers made in the function that no other name can see. `sum(lists, [])` and
a `reduce` that adds up lists chain them instead.

Example:
    def doubled(numbers):
        result = []
        for number in numbers:
            result = result + [number * 2]
        return result

Result:
    def doubled(numbers):
        result = []
        for number in numbers:
            result.append(number * 2)
        return result

Inputs:
    ([1, 2],)
    ([],)

When it is unsafe: when another name holds an earlier version of the container, which must not grow with it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import all_names, parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.freshness import returns_new_list
from velox_engine.strategies.imports import import_member
from velox_engine.strategies.loops import places
from velox_engine.strategies.patterns import Match, match_expr, match_stmt, same
from velox_engine.strategies.shape import UNKNOWN, element_of
from velox_engine.types import TextEdit

_LISTS = ("M_x = M_x + [M_v]", "M_x += [M_v]")
_SETS = ("M_x = M_x | {M_v}", "M_x = M_x.union({M_v})", "M_x = M_x.union([M_v])")
_MERGED = ("M_x = {**M_x, **M_v}", "M_x = M_x | M_v")
_DICTS = ("M_x = {**M_x, M_k: M_v}", "M_x = M_x | {M_k: M_v}")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        statement = place.statement
        if not place.loops or not isinstance(statement, ast.Assign | ast.AugAssign):
            continue
        text = _grown(context, statement)
        edit = context.layout.replace_statements(statement, statement, text) if text else None
        if edit:
            yield Rewrite((edit,), "grow the container in place")
    for node in ast.walk(context.node):
        edits = _chained(context, node) if isinstance(node, ast.Call) else None
        if edits:
            yield Rewrite(tuple(edits), "chain the lists instead of adding them up")


def _grown(context: FunctionContext, statement: ast.stmt) -> str | None:
    for templates, kind in ((_LISTS, "list"), (_SETS, "set"), (_DICTS, "dict")):
        for template in templates:
            found = match_stmt(template, statement)
            if not found or not isinstance(found["M_x"], ast.Name):
                continue
            name = found["M_x"].id
            if not _is_own(context, name, kind, in_place="+=" in template):
                return None
            if kind == "list":
                return _text(context, name, kind, found) if _only_items(context, name, found["M_v"]) else None
            return None if name in all_names([found["M_v"]]) else _text(context, name, kind, found)
    for template in _MERGED:
        found = match_stmt(template, statement)
        part = context.inference.of(found["M_v"]) if found else UNKNOWN
        # Ex) `{} | OrderedDict()` is an OrderedDict.
        if "|" in template and not (part.name == "dict" and part.evidence == "proved"):
            continue
        if found and isinstance(found["M_x"], ast.Name) and part.is_mapping:
            name = found["M_x"].id
            if name in all_names([found["M_v"]]) or not _is_own(context, name, "dict", in_place=False):
                return None
            return f"{name}.update({context.text(found['M_v'])})"
    found = match_stmt("M_x = M_x + M_v", statement)
    if found and isinstance(found["M_x"], ast.Name) and _is_list(context, found["M_v"]):
        name = found["M_x"].id
        if name not in all_names([found["M_v"]]) and _is_own(context, name, "list", in_place=False):
            return f"{name}.extend({context.text(found['M_v'])})"
    return None


def _is_list(context: FunctionContext, value: ast.expr) -> bool:
    """Whether it is sure to be a list: `extend` takes any iterable, where `+` would have raised."""
    if isinstance(value, ast.List | ast.ListComp):
        return True
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return False
    if value.func.id in ("list", "sorted") and context.is_builtin(value.func.id):
        return True
    return returns_new_list(context, value.func.id)


def _only_items(context: FunctionContext, name: str, value: ast.expr) -> bool:
    """Whether the new element reads no more of the list than items, which are read before it grows."""
    return all(
        isinstance(parent := context.parents.get(node), ast.Subscript)
        and parent.value is node
        and not isinstance(parent.slice, ast.Slice)
        for node in ast.walk(value)
        if isinstance(node, ast.Name) and node.id == name
    )


def _text(context: FunctionContext, name: str, kind: str, found: Match) -> str | None:
    value = found["M_v"]
    if isinstance(value, ast.Starred):
        return None
    if kind == "dict":
        # A display works out the key first, an assignment the value: it must not show which.
        if name in all_names([found["M_k"]]) or not (_is_simple(found["M_k"]) or _is_simple(value)):
            return None
        return f"{name}[{context.text(found['M_k'])}] = {context.text(value)}"
    return f"{name}.{'append' if kind == 'list' else 'add'}({context.text(value)})"


def _is_simple(value: ast.expr) -> bool:
    """Whether working it out does nothing that could fail or be seen."""
    return isinstance(value, ast.Name | ast.Constant)


def _is_own(context: FunctionContext, name: str, kind: str, *, in_place: bool) -> bool:
    """Whether the name only ever holds a new container of that kind which nothing else refers to."""
    if name in context.scope.inner or name in context.scope.outer_writes or name in parameters(context.node):
        return False
    known = context.inference.of(ast.Name(name, ast.Load())).name == kind
    if in_place or not (known or kind == "list"):
        return known
    own = [value for value in bindings_of(context, name) if value is None or not _keeps(context, value, name)]
    if not own or not all(_is_new(value, kind) for value in own):
        return False
    return all(
        _is_fleeting(context, node)
        for node in ast.walk(context.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    )


def _keeps(context: FunctionContext, value: ast.expr, name: str) -> bool:
    """Whether it makes a new container out of the present one."""
    added = match_expr(f"{name} + M_v", value)
    if added and _is_list(context, added["M_v"]):
        return True
    return any(
        match_expr(form, value) for form in (f"{name} | M_v", f"{name}.union(M_v)", f"{{**{name}, M_k: M_v}}")
    )


def _is_new(value: ast.expr | None, kind: str) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in ("list", "dict", "set", "sorted")
    )


def _is_fleeting(context: FunctionContext, node: ast.Name) -> bool:
    """Whether a use keeps no reference while the loop goes on: a test, an item, a result."""
    parent = context.parents.get(node)
    if isinstance(parent, ast.BinOp | ast.Compare | ast.Return | ast.If | ast.While | ast.UnaryOp):
        return not isinstance(parent, ast.BinOp) or isinstance(context.parents.get(parent), ast.Assign)
    if isinstance(parent, ast.Subscript | ast.Attribute):
        return parent.value is node
    if isinstance(parent, ast.Dict):
        return True
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name):
        return parent.func.id in (
            "len",
            "sum",
            "min",
            "max",
            "sorted",
            "print",
            "any",
            "all",
            "set",
            "list",
            "tuple",
            "str",
        )
    return (
        isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr == "join"
    )


def _chained(context: FunctionContext, node: ast.Call) -> list[TextEdit] | None:
    lists = None
    found = match_expr("sum(M_l, [])", node)
    if found and context.is_builtin("sum"):
        lists = found["M_l"]
    found = match_expr("reduce(lambda M_a, M_b: M_a + M_b, M_l, [])", node) or match_expr(
        "functools.reduce(lambda M_a, M_b: M_a + M_b, M_l, [])", node
    )
    if found is None and isinstance(node.func, ast.Name | ast.Attribute) and len(node.args) == 3:
        function, items, start = node.args
        called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if called == "reduce" and isinstance(function, ast.Lambda) and match_expr("[]", start):
            names = [arg.arg for arg in function.args.args]
            if len(names) == 2 and match_expr(f"{names[0]} + {names[1]}", function.body):
                lists = items
    if lists is None or isinstance(lists, ast.Starred):
        return None
    shape = element_of(context.inference.of(lists))
    # Anything but lists would raise before and be chained now.
    if shape.name not in ("list", "") or same(lists, node):
        return None
    context.need_builtins("list")
    chain, imported = import_member(context, "itertools", "chain")
    return [context.layout.replace(node, f"list({chain}.from_iterable({context.text(lists)}))"), *imported]


STRATEGY = BuiltinStrategy(
    "grow-in-place", "in_place_update", _build, __doc__ or "", ("VX109", "VX110", "VX125")
)
