"""Everything sorted for its first or last element.

## What it does
Finds `sorted(x)[0]` and `sorted(x)[-1]`.

## Why it is slow
Sorting is O(n log n) and makes a list; `min` and `max` look at each element once.

## Example
```python
def cheapest(prices):
    return sorted(prices)[0]
```

## Use instead
```python
def cheapest(prices):
    return min(prices)
```

## When it is unsafe
Of equal elements, `sorted(x)[-1]` gives the last and `max(x)` the first. Empty input raises ValueError instead of
IndexError.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sorted(prices)[0]"""
    subscript = node.parent
    if subscript is None or subscript.type != "subscript":
        return
    value, index = subscript.child_by_field_name("value"), subscript.child_by_field_name("subscript")
    if value is None or value.id != node.id or subscript.named_child_count != 2:
        return
    at = context.integer(index)
    given = arguments(node)
    if at not in (0, -1) or len(given) > 1 or has_splat(node):
        return
    if given and context.is_small(given[0]):
        return
    reverse = keywords(node, context).get("reverse")
    if reverse is not None and reverse.type not in ("true", "false"):
        return
    smallest = (at == 0) != (reverse is not None and reverse.type == "true")
    wanted = "min" if smallest else "max"
    if at == -1 and "key" in keywords(node, context):
        wanted = f"{wanted}(reversed(…), key=…)"  # the last of those with equal keys
    yield Hit(
        subscript,
        f"the whole input is sorted, O(n log n), for one element; `{wanted}` finds it in O(n)",
        subject=given[0] if given else None,
        doubtful="reversed" in wanted,  # harder to read, and as slow for a few
    )


RULE = Rule(
    id="VX501",
    name="sorted-first-last",
    check=check,
    family="sort",
    cost="O(n log n)",
    calls=("sorted",),
    strategy="min-max",
    action="sorting_selection",
    plainer=True,
    benchmark=Benchmark(
        "cheapest(prices)",
        "prices = [i * 7919 % 10007 for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
