"""Rows copied only to be counted.

## What it does
Finds `len(frame[frame.x > limit])`.

## Why it is slow
The rows that fit are copied with all their columns, then counted. The sum of the comparison is the same number.

## Example
```python
import pandas as pd

def expensive(frame: pd.DataFrame) -> int:
    return len(frame[frame["price"] > 100])
```

## Use instead
```python
import pandas as pd

def expensive(frame: pd.DataFrame) -> int:
    return int((frame["price"] > 100).sum())
```

## When it is unsafe
Never for a comparison of a column.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, comparison
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) len(frame[frame["price"] > 100])"""
    given = arguments(node)
    if len(given) != 1 or given[0].type != "subscript":
        return
    value, mask = given[0].child_by_field_name("value"), given[0].child_by_field_name("subscript")
    if value is None or mask is None or mask.type != "comparison_operator" or value.type != "identifier":
        return
    tested = comparison(mask, context)
    if tested is None or tested[1] in ("in", "not in", "is", "is not"):
        return
    name = context.text(value)
    column = tested[0]
    while column.type in ("attribute", "subscript"):
        inner = column.child_by_field_name("object") or column.child_by_field_name("value")
        if inner is None:
            return
        column = inner
    known = context.kind(value).name in ("dataframe", "series", "ndarray")
    if context.text(column) == name and (known or tested[0].id != column.id):
        yield Hit(
            node,
            f"the rows of `{name}` that fit are copied to be counted; the comparison's `sum()` counts them",
        )


RULE = Rule(
    id="VX619",
    name="rows-selected-to-count",
    check=check,
    family="dataframe",
    cost="O(n)",
    strategy="count-rows",
    action="dataframe_vectorization",
    calls=("len",),
    benchmark=Benchmark(
        "expensive(frame)",
        "frame = pd.DataFrame({c: range(5000) for c in ['price', 'a', 'b', 'c']})",
        needs=("pandas",),
    ),
    doc=__doc__ or "",
)
