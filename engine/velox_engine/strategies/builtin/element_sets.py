"""Turns the lists inside a container into sets once, where loops search them again and again.

What it does: `x in groups[key]` inside loops, where `groups` is a list or dict of lists that the loops leave alone,
asks sets that are built once before them. Where it is not known that they are lists, only those that are become sets.

Example:
    def shared(tags: dict[str, list[str]], pairs: list[tuple[str, str]], wanted: list[str]) -> int:
        found = 0
        for left, right in pairs:
            for tag in wanted:
                if tag in tags[left] and tag in tags[right]:
                    found += 1
        return found

Result:
    def shared(tags: dict[str, list[str]], pairs: list[tuple[str, str]], wanted: list[str]) -> int:
        found = 0
        tags_sets = {key: set(value) for key, value in tags.items()}
        for left, right in pairs:
            for tag in wanted:
                if tag in tags_sets[left] and tag in tags_sets[right]:
                    found += 1
        return found

Inputs:
    ({"a": ["x", "y"], "b": ["y"]}, [("a", "b")], ["x", "y"])
    ({}, [("a", "b")], ["x"])
    ({"a": ["x"]}, [], ["x"])

When it is unsafe: elements without a hash; texts, which are searched for parts; and lists that the loops change.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.effects import keeps_contents
from velox_engine.strategies.loops import Place, places
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit

_LISTS = frozenset({"list", "tuple"})
_UNHASHABLE = frozenset({"list", "dict", "set", "bytearray"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    found: dict[tuple[str, ast.stmt], list[ast.Subscript]] = {}
    for place in places(context.node):
        for node in _repeated(place):
            searched = _searched(context, node)
            if searched is None:
                continue
            name, item = searched
            around = place.loops or (place.statement,)
            outer = next((one for one in around if keeps_contents(context, name, [one])), None)
            if outer is not None and item not in found.setdefault((name, outer), []):
                found[name, outer].append(item)
    for (name, outer), items in found.items():
        edits = _edits(context, name, outer, items)
        if edits:
            yield Rewrite(tuple(edits), f"search sets instead of the lists in {name}")


def _repeated(place: Place) -> Iterator[ast.AST]:
    """The nodes of a statement that run again and again: all in a loop, else those of nested comprehensions."""
    if place.loops:
        yield from _own_expressions(place.statement)
        return
    for node in _own_expressions(place.statement):
        if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            if len(node.generators) > 1:
                parts += node.generators[-1].ifs
            for part in parts:
                yield from ast.walk(part)


def _own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those of the statements inside of it."""
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        yield node
        stack += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]


def _searched(context: FunctionContext, node: ast.AST) -> tuple[str, ast.Subscript] | None:
    """(name, name[key]) for `x in name[key]` where the elements are lists of what may have a hash."""
    if not (
        isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In | ast.NotIn)
    ):
        return None
    item = node.comparators[0]
    if not (isinstance(item, ast.Subscript) and isinstance(item.value, ast.Name)):
        return None
    if isinstance(item.slice, ast.Slice) or context.inference.of(node.left).name in _UNHASHABLE:
        return None
    shape = context.inference.of(item.value)
    inner = shape.value if shape.is_mapping else shape.element
    if shape.name not in ("list", "tuple", "dict", "mapping", "sequence", "") or inner.name not in (
        *_LISTS,
        "",
        "!",
    ):
        return None
    # Which of the two an unknown container is must be seen, for one is gone through in another way than the other.
    if shape.name == "" and _kind(context, item.value.id) is None:
        return None
    return None if inner.element.name in _UNHASHABLE else (item.value.id, item)


def _kind(context: FunctionContext, name: str) -> str | None:
    """Whether a container is a dict or a list, by its type or by how the function uses it; "list?" by its indices."""
    shape = context.inference.of(ast.Name(name, ast.Load()))
    if shape.is_mapping:
        return "dict"
    if shape.name in ("list", "tuple"):
        return "list"
    for node in ast.walk(context.node):
        if any(match_expr(f"{name}.{method}()", node) for method in ("keys", "items", "values")):
            return "dict"
    keys = [
        node.slice
        for node in ast.walk(context.node)
        if isinstance(node, ast.Subscript) and match_expr(name, node.value)
    ]
    return "list?" if keys and all(context.inference.of(key).name == "int" for key in keys) else None


def _edits(
    context: FunctionContext, name: str, outer: ast.stmt, items: list[ast.Subscript]
) -> list[TextEdit] | None:
    context.need_builtins("set")
    sets = context.fresh(f"{name}_sets", f"{name}_lookup")
    shape = context.inference.of(ast.Name(name, ast.Load()))
    value = context.fresh("value", "members")
    made = f"set({value})"
    if (shape.value if shape.is_mapping else shape.element).name not in _LISTS:
        context.need_builtins("isinstance", "list")
        made = f"set({value}) if isinstance({value}, list) else {value}"
    if _kind(context, name) == "dict":
        key = context.fresh("key", "name")
        made = f"{{{key}: {made} for {key}, {value} in {name}.items()}}"
    else:
        made = f"[{made} for {value} in {name}]"
    if _kind(context, name) == "list?":
        # A dict may have such keys as well.
        made = f"{made} if isinstance({name}, list) else {name}"
    before = context.layout.insert_before(outer, f"{sets} = {made}")
    if before is None:
        return None
    return [before, *(context.layout.replace(item.value, sets) for item in items)]


STRATEGY = BuiltinStrategy("element-sets", "data_structure", _build, __doc__ or "", ("VX101",))
