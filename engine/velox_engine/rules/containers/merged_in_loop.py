"""Dict or set grown by making a new one in each turn.

## What it does
Finds `d = {**d, ...}`, `d = d | other`, `s = s | other` and `s = s.union(other)` in a loop.

## Why it is slow
Each turn copies all that was collected before: O(n²). `update` adds in place.

## Example
```python
def merge(parts: list[dict[str, int]]) -> dict[str, int]:
    result = {}
    for part in parts:
        result = {**result, **part}
    return result
```

## Use instead
```python
def merge(parts: list[dict[str, int]]) -> dict[str, int]:
    result = {}
    for part in parts:
        result.update(part)
    return result
```

## When it is unsafe
When somebody else holds the dict from before the loop, or one of its states on the way, updating it in place shows
there.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.quantities import is_few
from velox_engine.rules.shapes import method_name, receiver
from velox_engine.source.kinds import MAPPINGS, SETS
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for part in parts: result = {**result, **part}"""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return
    name = context.text(left)
    if not _copies(right, name, context):
        return
    loops = context.repeats(node)
    if not loops:
        return
    loop, scope = loops[0], context.scope(node)
    inside = [entry for entry in scope.bindings(name) if loop.start <= entry.start < loop.end]
    before = [entry for entry in scope.bindings(name) if entry.start < loop.start]
    if len(inside) != 1 or not before:
        return
    others = (use for use in scope.uses(name) if loop.start <= use.start_byte < loop.end)
    if any(context.escapes(use) for use in others if not node.start_byte <= use.start_byte < node.end_byte):
        return  # Ex) each state on the way is kept
    yield Hit(
        node,
        f"all of `{name}` is copied in each turn of {context.describe(loop)}: O(n²); `update` adds in place",
        doubtful=is_few(name),
    )


def _copies(value: Node, name: str, context: Context) -> bool:
    """Whether an expression makes a new container of the old one and something more."""
    if value.type == "dictionary":
        first = value.named_children[0] if value.named_child_count > 1 else None
        return first is not None and first.type == "dictionary_splat" and context.text(first) == f"**{name}"
    if value.type == "binary_operator":
        head = value.child_by_field_name("left")
        return context.text(head) == name and context.kind(head).name in (*MAPPINGS, *SETS)
    head = receiver(value)
    return (
        method_name(value, context) == "union"
        and context.text(head) == name
        and context.kind(head).name == "set"
    )


RULE = Rule(
    id="VX125",
    name="merged-in-loop",
    check=check,
    family="copy",
    cost="O(n²)",
    strategy="grow-in-place",
    action="in_place_update",
    many=True,
    patterns=(
        "(assignment left: (identifier) right: (dictionary (dictionary_splat)))",
        '(assignment left: (identifier) right: (binary_operator operator: "|"))',
        "(assignment left: (identifier) right: (call function: (attribute)))",
    ),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "merge(parts)",
        "parts = [{str(i): i} for i in range(400)]",
    ),
    doc=__doc__ or "",
)
