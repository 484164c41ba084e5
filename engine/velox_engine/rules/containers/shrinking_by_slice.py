"""Sequence consumed by slicing its head off.

## What it does
Finds `items = items[1:]` inside a loop.

## Why it is slow
The slice copies all that is left, in each turn: O(n²). An index, an iterator or a deque moves in O(1).

## Example
```python
def total(values: list[int]) -> int:
    result = 0
    while values:
        result += values[0]
        values = values[1:]
    return result
```

## Use instead
```python
def total(values: list[int]) -> int:
    result = 0
    for value in values:
        result += value
    return result
```

## When it is unsafe
Code in the loop that looks at the rest of the sequence must get by with the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import looks_at_start
from velox_engine.source.syntax import Node

# Ex) while text: if not text[0].isdigit(): break
_LEAVES = re.compile(rb"\b(?:break|return)\b")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while xs: xs = xs[1:]"""
    target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if target is None or value is None or value.named_child_count != 2:
        return
    name = context.text(target)
    if context.text(value.child_by_field_name("value")) != name:
        return
    bounds = context.text(value.child_by_field_name("subscript")).replace(" ", "")
    if not (bounds.endswith(":") and bounds[:-1].isdigit() and 0 < int(bounds[:-1]) <= 4):
        return
    kind = context.kind(target).name
    if kind not in ("", "list", "tuple"):
        return
    loops = context.repeats(node)
    if not loops or loops[0].kind != "while":
        return
    condition = loops[0].node.child_by_field_name("condition")
    if condition is None or name not in {context.text(part) for part in context.names_in(condition)}:
        return
    if not kind and f"{name}[0]" not in context.text(loops[0].node):
        return  # Ex) `data = data[4:]` of a short text
    if looks_at_start(name, context.text(condition)) or context.is_conditional(node, loops[0]):
        return  # how often it happens is not known
    yield Hit(
        node,
        f"all that is left of `{name}` is copied in each turn of {context.describe(loops[0])}: O(n²); "
        "step an index or use a deque",
        doubtful=_LEAVES.search(context.data, loops[0].start, loops[0].end) is not None,
    )


RULE = Rule(
    id="VX111",
    name="shrinking-by-slice",
    check=check,
    family="queue",
    cost="O(n²)",
    strategy="advance-position",
    action="copy_elimination",
    many=True,
    patterns=("(assignment left: (identifier) right: (subscript subscript: (slice)))",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "total(values)",
        "values = list(range(2000))",
    ),
    doc=__doc__ or "",
)
