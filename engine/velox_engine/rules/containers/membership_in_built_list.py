"""List built only to be searched.

## What it does
Finds `x in [... for ...]`, `x in list(...)`, `x in sorted(...)` and `x in d.values()` inside a loop, and
`x in items[:i]`, where the loop passes `i` and `x`.

## Why it is slow
The whole list is made, then searched from its start, in each turn.

## Example
```python
def owners(names: list[str], users: list[str]) -> list[str]:
    return [name for name in names if name in [user.lower() for user in users]]
```

## Use instead
```python
def owners(names: list[str], users: list[str]) -> list[str]:
    known = {user.lower() for user in users}
    return [name for name in names if name in known]
```

## When it is unsafe
The elements must be hashable, and what the list is built from must not change during the loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, strip_parentheses
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for n in names: if n in [u.name for u in users]: ..."""
    if node.named_child_count != 2:
        return
    needle, container = node.named_children[0], strip_parentheses(node.named_children[1])
    if container is None or container.type not in ("subscript", "call", "list_comprehension"):
        return
    loops = context.repeats(node)
    if not loops:
        return
    varying = context.loop_variables(loops[0])
    if _is_element(needle, varying, context) and _is_growing_slice(container, varying, context):
        yield Hit(
            node,
            f"`{context.short(container)}` is copied and searched from its start in each turn of "
            f"{context.describe(loops[0])}: O(n²); a set of what has passed answers in O(1)",
            "O(n²)",
            subject=container.child_by_field_name("value"),
        )
        return
    if not _is_built(container, context):
        return
    used = {context.text(part) for part in context.names_in(container)}
    source = _source(container)
    fresh = any(name in varying or context.is_rebound(name, loops[0]) for name in used)
    if fresh and container.type != "list_comprehension":
        return
    what = f"`{context.short(container)}`"
    if fresh:
        yield Hit(
            node,
            f"{what} is built whole before it is searched; `any` stops at the first match",
            "O(n)",
            subject=source,
        )
    else:
        yield Hit(
            node,
            f"{what} is made and searched from its start in each turn of "
            f"{context.describe(loops[0])}: O(n·m); a set made once answers in O(1)",
            subject=source,
        )


def _is_element(needle: Node, varying: set[str], context: Context) -> bool:
    """Whether what is searched for is what the loop passes, and so one element: no part of a text."""
    if needle.type == "subscript":
        needle = needle.child_by_field_name("subscript") or needle
    return needle.type == "identifier" and context.text(needle) in varying


def _is_growing_slice(container: Node, varying: set[str], context: Context) -> bool:
    """Ex) for i, x in enumerate(items): if x in items[:i]: ..."""
    owner, cut = container.child_by_field_name("value"), container.child_by_field_name("subscript")
    if container.type != "subscript" or owner is None or owner.type != "identifier" or cut is None:
        return False
    bounds = context.text(cut).replace(" ", "")
    if cut.type != "slice" or bounds.count(":") != 1 or (bounds[0] != ":" and bounds[-1] != ":"):
        return False
    kind = context.kind(owner)
    # A substring is not what a set could find.
    if kind.name not in ("", "list", "tuple", "sequence") or context.is_small(owner):
        return False
    return any(context.text(part) in varying for part in context.names_in(cut))


def _source(container: Node) -> Node:
    """What a list is built of."""
    if container.type == "call":
        return arguments(container)[0]
    clause = next(child for child in container.named_children if child.type == "for_in_clause")
    return clause.child_by_field_name("right") or container


def _is_built(container: Node, context: Context) -> bool:
    if container.type == "list_comprehension":
        clause = next((child for child in container.named_children if child.type == "for_in_clause"), None)
        iterable = clause.child_by_field_name("right") if clause is not None else None
        return iterable is not None and not context.is_small(iterable)
    if container.type != "call":
        return False
    given = arguments(container)
    origin = context.origin(container.child_by_field_name("function"))
    return origin in ("list", "sorted", "tuple") and len(given) == 1 and not context.is_small(given[0])


RULE = Rule(
    id="VX115",
    name="membership-in-built-list",
    check=check,
    family="membership",
    cost="O(n·m)",
    strategy="value-set",
    action="data_structure",
    many=True,
    patterns=('(comparison_operator ["in" "not in"])',),
    in_loop=True,
    benchmark=Benchmark(
        "owners(names, users)",
        ("names = [str(i) for i in range(200)]\nusers = [str(i) for i in range(100, 300)]"),
    ),
    doc=__doc__ or "",
)
