"""Elements copied into a list one by one.

## What it does
Finds a loop whose whole body is `items.append(x)` with the loop's own variable, where `items` already exists.

## Why it is slow
`extend` copies in C, and makes room once instead of step by step.

## Example
```python
def merge(left: list[int], right):
    for value in right:
        left.append(value)
    return left
```

## Use instead
```python
def merge(left: list[int], right):
    left.extend(right)
    return left
```

## When it is unsafe
When iterating raises half-way, both leave the elements so far; the loop's variable is not left behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    assigned,
    body,
    is_empty_list,
    is_stable_name,
    only_call,
    previous_statement,
    receiver,
)
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for value in right: left.append(value)"""
    if alternatives(node) or context.data.startswith(b"async", node.start_byte):
        return
    steps = body(node)
    call = only_call(steps[0], "append", context) if len(steps) == 1 else None
    owner = receiver(call) if call is not None else None
    target, iterable = node.child_by_field_name("left"), node.child_by_field_name("right")
    if call is None or owner is None or target is None or iterable is None or not is_stable_name(owner):
        return
    given = arguments(call)
    if len(given) != 1 or target.type != "identifier" or context.text(given[0]) != context.text(target):
        return
    name = context.text(owner)
    if context.kind(owner).name not in ("list", "deque") or context.is_small(iterable):
        return
    if name in {context.text(part) for part in context.names_in(iterable)} or context.outlives(node):
        return
    before = assigned(previous_statement(node), context)
    if before is not None and context.text(before[0]) == name and is_empty_list(before[1], context):
        return  # a fresh list: the comprehension's rule speaks
    yield Hit(
        node, f"`{name}` gets its elements one method call at a time; `{name}.extend(…)` copies them in C"
    )


RULE = Rule(
    id="VX118",
    name="manual-extend",
    check=check,
    family="comprehension",
    cost="O(n)",
    strategy="list-comprehension",
    action="comprehension",
    patterns=("(for_statement body: (block . (expression_statement (call function: (attribute)))))",),
    severity="hint",
    benchmark=Benchmark(
        "merge([], right)",
        "right = list(range(1000))",
    ),
    doc=__doc__ or "",
)
