"""`map` or `filter` with a lambda.

## What it does
Finds `list(map(lambda x: ..., xs))` and `list(filter(lambda x: ..., xs))`.

## Why it is slow
Each element costs a call of a Python function; a comprehension evaluates the expression in place.

## Example
```python
def doubled(values):
    return list(map(lambda value: value * 2, values))
```

## Use instead
```python
def doubled(values):
    return [value * 2 for value in values]
```

## When it is unsafe
Never for the result; the lambda's parameter becomes a variable of the comprehension.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) list(map(lambda v: v * 2, values))"""
    given = arguments(node)
    if len(given) != 2 or given[0].type != "lambda" or context.is_small(given[1]):
        return
    parent = node.parent
    call = parent.parent if parent is not None and parent.type == "argument_list" else None
    if call is None or len(arguments(call)) != 1:
        return
    if context.origin(call.child_by_field_name("function")) in ("list", "set", "tuple", "sum", "sorted"):
        yield Hit(
            node,
            "a Python function is called for each element; a comprehension evaluates the expression in place",
        )


RULE = Rule(
    id="VX508",
    name="map-with-lambda",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="filter-comprehension",
    action="comprehension",
    calls=("map", "filter"),
    severity="hint",
    benchmark=Benchmark(
        "doubled(values)",
        "values = list(range(1000))",
    ),
    doc=__doc__ or "",
)
