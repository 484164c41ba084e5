"""Python's `sum`, `min` or `max` on a NumPy array.

## What it does
Finds `sum(array)`, `min(array)`, `max(array)`, `any(array)`, `all(array)` and `sorted(array)`.

## Why it is slow
The builtin makes a Python object of each element, some 50 times slower than the array's own method.

## Example
```python
import numpy as np

def total(n: int):
    values = np.arange(n)
    return sum(values)
```

## Use instead
```python
import numpy as np

def total(n: int):
    values = np.arange(n)
    return values.sum()
```

## When it is unsafe
The array's sum keeps the array's type, so small integers can overflow, and floats are added in another order. Of a
matrix, the builtin adds rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node

# What has two, three or six numbers. Ex) `bounds[1::2] - bounds[::2]`
_COORDINATES = re.compile(
    r"\b(?:\w+_)?(?:bounds|extents?|lims?|limits|shape|rgba?|colou?rs?|center|centre|origin|spacing|offset|corner|dist|distribution|priors?)\b"
)
_TEXTS = re.compile(r"\[\s*[rfRF]*['\"]")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sum(array)"""
    given = arguments(node)
    if (
        len(given) == 1
        and not keywords(node, context)
        and context.kind(given[0]).name in ("ndarray", "series")
        and not context.is_small(given[0])  # Ex) `max(size[0:2])`: a method of an array costs more than that
        and not _is_text(given[0], context)
        and not _COORDINATES.search(context.text(given[0]).lower())
    ):
        function = context.text(node.child_by_field_name("function"))
        method = "sort" if function == "sorted" else function
        yield Hit(
            node,
            f"`{function}` makes a Python object of each element of the array "
            f"`{context.short(given[0])}`; its own `{method}` works in C",
        )


def _is_text(value: Node, context: Context) -> bool:
    """Whether an array is seen to be made of strings, which NumPy does not compare: `np.array([f"x{i}" …])`"""
    while value.type == "subscript":
        value = value.child_by_field_name("value") or value.named_children[0]
    made = context.inference(value).lookup(context.text(value)) if value.type == "identifier" else []
    return any(_TEXTS.search(context.text(binding.value)) for binding in made)


RULE = Rule(
    id="VX606",
    name="builtin-on-array",
    check=check,
    family="numeric",
    cost="O(n)",
    by_hand="An empty array gives another type, and floats are added in another order.",
    calls=("sum", "min", "max", "any", "all", "sorted"),
    severity="warning",
    enabled=False,  # for a dozen elements the method costs more, and how many there are is not told
    benchmark=Benchmark(
        "total(10000)",
        needs=("numpy",),
    ),
    doc=__doc__ or "",
)
