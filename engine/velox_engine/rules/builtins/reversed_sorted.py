"""Sorted upwards, then turned round.

## What it does
Finds `reversed(sorted(x))` and `sorted(x)[::-1]`.

## Why it is slow
The second step walks or copies everything again; `sorted(x, reverse=True)` gives it in one.

## Example
```python
def ranking(scores):
    return sorted(scores)[::-1]
```

## Use instead
```python
def ranking(scores):
    return sorted(scores, reverse=True)
```

## When it is unsafe
`reverse=True` keeps equal elements in their order, turning round reverses that too.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sorted(scores)[::-1]"""
    parent = node.parent
    if parent is None or len(arguments(node)) != 1 or keywords(node, context):
        return  # with a key, elements that compare equal would come the other way round
    if parent.type == "subscript":
        bounds = context.text(parent.child_by_field_name("subscript")).replace(" ", "")
        whole, value = parent, parent.child_by_field_name("value")
        if bounds != "::-1" or value is None or value.id != node.id:
            return
    elif parent.type == "argument_list" and parent.named_child_count == 1:
        whole = parent.parent
        if whole is None or context.origin(whole.child_by_field_name("function")) != "reversed":
            return
    else:
        return
    if not context.is_small(arguments(node)[0]):
        yield Hit(
            whole, "sorted upwards and then turned round; `sorted(…, reverse=True)` does it in one step"
        )


RULE = Rule(
    id="VX503",
    name="reversed-sorted",
    check=check,
    family="sort",
    cost="O(n log n)",
    strategy="reverse-sort",
    action="sorting_selection",
    calls=("sorted",),
    severity="hint",
    benchmark=Benchmark(
        "ranking(scores)",
        "scores = list(range(10000))",
    ),
    doc=__doc__ or "",
)
