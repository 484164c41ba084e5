"""List kept in order by sorting it again after each change.

## What it does
Finds `items.sort()` in a loop that also appends to `items`.

## Why it is slow
Each turn sorts everything again. `heapq` keeps the smallest at hand in O(log n), `bisect.insort` keeps order with
one move.

## Example
```python
def largest(tasks: list[int], size: int) -> list[int]:
    queue, dropped = [], []
    for task in tasks:
        queue.append(task)
        queue.sort()
        if len(queue) > size:
            dropped.append(queue.pop(0))
    return dropped
```

## Use instead
```python
import heapq

def largest(tasks: list[int], size: int) -> list[int]:
    queue, dropped = [], []
    for task in tasks:
        heapq.heappush(queue, task)
        if len(queue) > size:
            dropped.append(heapq.heappop(queue))
    return dropped
```

## When it is unsafe
A heap is ordered only as far as its first element; equal elements may come out in another order.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for t in tasks: queue.append(t); queue.sort()"""
    owner = receiver(node)
    if owner is None or owner.type != "identifier" or context.kind(owner).name not in ("list", ""):
        return
    loop = context.lasting_loop(node, owner)
    if loop is None:
        return
    if not context.is_quick(loop.node, beside=node):
        return  # a nearly sorted list is sorted in the time of one look at each; what else a turn does takes longer
    name = context.text(owner)
    # Only the loop's own turn counts: what a loop further in appends is sorted once here.
    added = [
        change
        for change in context.scope(owner).changes(name)
        if change.how in ("append", "insert")
        and loop.start <= change.start < loop.end
        and next(iter(context.repeats(change.node)), None) is loop
    ]
    # Ex) elements that change under way need the whole sort
    changed = any(change.how in ("item", "delete item") for change in context.scope(owner).changes(name))
    if added and not changed:
        yield Hit(
            node,
            f"`{name}` gains an element and is sorted whole in each turn of {context.describe(loop)}; "
            "`heapq` or `bisect.insort` places one element at a time",
        )


RULE = Rule(
    id="VX112",
    name="sort-in-loop",
    check=check,
    family="sort",
    cost="O(n² log n)",
    strategy="ordered-removal",
    action="sorting_selection",
    many=True,
    methods=("sort",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "largest(tasks, 500)",
        "tasks = [i * 7919 % 10007 for i in range(1500)]",
    ),
    doc=__doc__ or "",
)
