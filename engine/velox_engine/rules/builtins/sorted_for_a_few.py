"""Everything sorted for a few elements.

## What it does
Finds `sorted(x)[:k]` with a literal `k` of at most 10.

## Why it is slow
Sorting orders all elements; `heapq.nsmallest` keeps only the best k while it passes.

## Example
```python
def podium(times):
    return sorted(times)[:3]
```

## Use instead
```python
import heapq

def podium(times):
    return heapq.nsmallest(3, times)
```

## When it is unsafe
For short or nearly sorted inputs sorting is as fast. The result is the same, equal elements included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sorted(times)[:3]"""
    subscript = node.parent
    if subscript is None or subscript.type != "subscript" or subscript.named_child_count != 2:
        return
    value, index = subscript.child_by_field_name("value"), subscript.child_by_field_name("subscript")
    given = arguments(node)
    if value is None or value.id != node.id or index is None or index.type != "slice" or len(given) != 1:
        return
    bounds = context.text(index).replace(" ", "")
    if not re.fullmatch(r":[1-9]|:10", bounds) or context.is_small(given[0]) or context.is_told(node):
        return
    reverse = keywords(node, context).get("reverse")
    if reverse is not None and reverse.type not in ("true", "false"):
        return
    wanted = "nlargest" if reverse is not None and reverse.type == "true" else "nsmallest"
    yield Hit(
        subscript,
        f"everything is sorted for {bounds[1:]} elements; `heapq.{wanted}` keeps only those",
        subject=given[0],
    )


RULE = Rule(
    id="VX502",
    name="sorted-for-a-few",
    check=check,
    family="sort",
    cost="O(n log n)",
    strategy="smallest-few",
    action="sorting_selection",
    many=True,
    calls=("sorted",),
    severity="hint",
    benchmark=Benchmark(
        "podium(times)",
        "times = [i * 7919 % 100003 for i in range(20000)]",
    ),
    doc=__doc__ or "",
)
