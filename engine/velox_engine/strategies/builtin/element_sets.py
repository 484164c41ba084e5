"""Turns the lists inside a container into sets once, where loops search them again and again.

What it does: `x in groups[key]` inside loops, where `groups` is a list or dict of lists that the loops leave alone,
asks sets that are built once before them.

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
from velox_engine.strategies.bindings import written_names
from velox_engine.strategies.effects import keeps_value
from velox_engine.strategies.loops import LoopNode, places
from velox_engine.types import TextEdit

_LISTS = frozenset({"list", "tuple"})
_UNHASHABLE = frozenset({"list", "dict", "set", "bytearray"})


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    found: dict[tuple[str, LoopNode], list[ast.Subscript]] = {}
    for place in places(context.node):
        if not place.loops:
            continue
        for node in _own_expressions(place.statement):
            searched = _searched(context, node)
            if searched is None:
                continue
            name, item = searched
            outer = next((loop for loop in place.loops if _stays(context, name, loop)), None)
            if outer is not None and item not in found.setdefault((name, outer), []):
                found[name, outer].append(item)
    for (name, outer), items in found.items():
        edits = _edits(context, name, outer, items)
        if edits:
            yield Rewrite(tuple(edits), f"search sets instead of the lists in {name}")


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
    if shape.name not in ("list", "tuple", "dict") or inner.name not in _LISTS:
        return None
    return None if inner.element.name in _UNHASHABLE else (item.value.id, item)


def _stays(context: FunctionContext, name: str, loop: LoopNode) -> bool:
    measured = ast.Call(ast.Name("len", ast.Load()), [ast.Name(name, ast.Load())], [])
    return name not in written_names([loop]) and keeps_value(context, measured, [loop])


def _edits(
    context: FunctionContext, name: str, outer: LoopNode, items: list[ast.Subscript]
) -> list[TextEdit] | None:
    context.need_builtins("set")
    sets = context.fresh(f"{name}_sets", f"{name}_lookup")
    if context.inference.of(ast.Name(name, ast.Load())).is_mapping:
        key, value = context.fresh("key", "name"), context.fresh("value", "members")
        made = f"{{{key}: set({value}) for {key}, {value} in {name}.items()}}"
    else:
        value = context.fresh("members", "part")
        made = f"[set({value}) for {value} in {name}]"
    before = context.layout.insert_before(outer, f"{sets} = {made}")
    if before is None:
        return None
    return [before, *(context.layout.replace(item.value, sets) for item in items)]


STRATEGY = BuiltinStrategy("element-sets", "data_structure", _build, __doc__ or "", ("VX101",))
