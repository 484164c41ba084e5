"""Deep copy of a container that holds only simple values.

## What it does
Finds `copy.deepcopy(x)` where `x` is a list, dict or set of numbers or strings.

## Why it is slow
`deepcopy` visits each element in Python and remembers it; a shallow copy is one call in C, often 50 times faster,
and simple values cannot be changed through it.

## Example
```python
from copy import deepcopy

def snapshot(values: list[int]) -> list[int]:
    return deepcopy(values)
```

## Use instead
```python
def snapshot(values: list[int]) -> list[int]:
    return values.copy()
```

## When it is unsafe
Only if the annotation or the inferred kind is right: an element that can be changed would be shared.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) deepcopy(values) with values: list[int]"""
    given = arguments(node)
    if len(given) != 1 or given[0].type != "identifier":  # what an attribute holds, subclasses may change
        return
    kind = context.kind(given[0])
    simple = ("int", "float", "str", "bool", "bytes")
    if kind.name not in ("list", "set", "dict") or kind.element is None or kind.element.name not in simple:
        return
    if kind.name == "dict" and (kind.value is None or kind.value.name not in simple):
        return
    yield Hit(
        node,
        f"`{context.short(given[0])}` holds only {kind.element} values, which need no copy; "
        "a shallow copy does in C what `deepcopy` does element by element",
        subject=given[0],
    )


RULE = Rule(
    id="VX121",
    name="deepcopy-of-flat-container",
    check=check,
    family="copy",
    cost="O(n)",
    strategy="copy-by-rows",
    action="copy_elimination",
    many=True,
    calls=("copy.deepcopy",),
    benchmark=Benchmark(
        "snapshot(values)",
        "values = list(range(1000))",
    ),
    doc=__doc__ or "",
)
