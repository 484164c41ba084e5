"""Smallest or largest element searched for and removed, again and again.

## What it does
Finds `items.remove(min(items))` and `smallest = min(items)` followed by `items.remove(smallest)` inside a loop.

## Why it is slow
Finding and removing both look at the whole list: O(n²). Sorting once, or a heap, is O(n log n).

## Example
```python
def ordered(values: list[int]) -> list[int]:
    result = []
    while values:
        smallest = min(values)
        result.append(smallest)
        values.remove(smallest)
    return result
```

## Use instead
```python
def ordered(values: list[int]) -> list[int]:
    return sorted(values)
```

## When it is unsafe
When the loop also adds elements, a heap is the answer rather than one sort.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_stable_name, keywords, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while xs: xs.remove(min(xs))"""
    owner, given = receiver(node), arguments(node)
    if owner is None or len(given) != 1 or not is_stable_name(owner) or context.kind(owner).name == "set":
        return
    loop = context.lasting_loop(node, owner)
    if loop is None:
        return
    name, value = context.text(owner), given[0]
    if value.type == "identifier":
        found = [
            binding.value
            for binding in context.scope(node).bindings(context.text(value))
            if loop.start <= binding.start < node.start_byte and binding.how == "assign"
        ]
        if len(found) != 1 or found[0] is None:
            return
        value = found[0]
    if value.type != "call" or context.origin(value.child_by_field_name("function")) not in ("min", "max"):
        return
    key = keywords(value, context).get("key")
    if key is not None and key.type == "identifier":
        return  # what a function answers may change from turn to turn, and then no heap serves
    searched = arguments(value)
    if len(searched) == 1 and context.text(searched[0]) == name:
        yield Hit(
            node,
            f"`{context.short(value)}` and `remove` both go through `{name}` in each turn of "
            f"{context.describe(loop)}: O(n²); a heap or one sort is O(n log n)",
        )


RULE = Rule(
    id="VX113",
    name="minimum-removed-in-loop",
    check=check,
    family="sort",
    cost="O(n²)",
    strategy="extremes-in-turn",
    action="sorting_selection",
    methods=("remove",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "ordered(list(values))",
        "values = [i * 7919 % 10007 for i in range(800)]",
    ),
    doc=__doc__ or "",
)
