"""Numbers of a range added up.

## What it does
Finds `sum(range(n))` and `sum(range(a, b))`.

## Why it is slow
Every number is made and added. The sum is known in closed form: O(1).

## Example
```python
def numbered(n: int) -> int:
    return sum(range(n + 1))
```

## Use instead
```python
def numbered(n: int) -> int:
    return n * (n + 1) // 2 if n > 0 else 0
```

## When it is unsafe
For negative bounds the range is empty, which the formula has to be told.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat, is_constant
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sum(range(n + 1))"""
    given = arguments(node)
    if len(given) != 1 or given[0].type != "call" or has_splat(given[0]) or context.is_small(given[0]):
        return
    bounds = arguments(given[0])
    if not 1 <= len(bounds) <= 2 or all(is_constant(bound) for bound in bounds):
        return
    if context.origin(given[0].child_by_field_name("function")) == "range":
        yield Hit(node, "every number of the range is made and added: O(n); the sum is known in closed form")


RULE = Rule(
    id="VX621",
    name="sum-of-range",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="range-sum",
    action="algorithm_change",
    calls=("sum",),
    benchmark=Benchmark("numbered(1000)"),
    doc=__doc__ or "",
)
