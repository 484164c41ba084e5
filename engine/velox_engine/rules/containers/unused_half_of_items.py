"""Pairs made and taken apart although only one half is used.

## What it does
Finds `for key, _ in d.items()` and `for _, value in d.items()`.

## Why it is slow
A pair is made and unpacked for each entry; `keys()` or `values()` gives the wanted half directly.

## Example
```python
def total(prices: dict[str, int]) -> int:
    result = 0
    for _, price in prices.items():
        result += price * 2
    return result
```

## Use instead
```python
def total(prices: dict[str, int]) -> int:
    result = 0
    for price in prices.values():
        result += price * 2
    return result
```

## When it is unsafe
A class with its own `items` may give other pairs than its `keys` and `values`.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for _, price in prices.items(): ..."""
    target, iterable = node.child_by_field_name("left"), node.child_by_field_name("right")
    if target is None or iterable is None or target.named_child_count != 2:
        return
    if method_name(iterable, context) != "items" or arguments(iterable):
        return
    names = [context.text(child) for child in target.named_children]
    if names.count("_") != 1 or context.kind(receiver(iterable)).name not in (
        "dict",
        "defaultdict",
        "OrderedDict",
        "Counter",
    ):
        return
    if len(context.scope(node).uses("_")) > 1:
        return
    wanted = "keys" if names[1] == "_" else "values"
    yield Hit(
        target,
        f"a pair is made for each entry and half of it thrown away; `{wanted}()` gives only what is used",
    )


RULE = Rule(
    id="VX120",
    name="unused-half-of-items",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="unused-loop-value",
    action="loop_restructuring",
    patterns=(
        "(for_statement left: (pattern_list (identifier) (identifier)) right: (call))",
        "(for_in_clause left: (pattern_list (identifier) (identifier)) right: (call))",
    ),
    severity="hint",
    benchmark=Benchmark(
        "total(prices)",
        "prices = {str(i): i for i in range(1000)}",
    ),
    doc=__doc__ or "",
)
