"""Column walked by way of `values`.

## What it does
Finds `for x in frame["column"].values` and the same with `to_numpy()`.

## Why it is slow
Each element becomes a NumPy scalar, which is slow to make and slow to compute with. `tolist()` makes all of them plain
numbers at once; an operation on the whole column needs no loop.

## Example
```python
import pandas as pd

def dear(frame: pd.DataFrame) -> int:
    count = 0
    for price in frame["price"].values:
        if price > 100:
            count += 1
    return count
```

## Use instead
```python
import pandas as pd

def dear(frame: pd.DataFrame) -> int:
    return int((frame["price"] > 100).sum())
```

## When it is unsafe
`tolist` turns NumPy's types into Python's, which overflow nowhere and print differently.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_plain_string, method_name
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for price in frame["price"].values: ..."""
    right = node.child_by_field_name("right")
    if right is None:
        return
    taken = right
    if right.type == "call":
        if method_name(right, context) != "to_numpy" or arguments(right):
            return
        taken = right.child_by_field_name("function") or right
    elif right.type != "attribute" or context.text(right.child_by_field_name("attribute")) != "values":
        return
    column = taken.child_by_field_name("object")
    if column is None:
        return
    whole = node if node.type == "for_statement" else node.parent
    if whole is not None and not context.is_quick(whole, beside=right):
        return  # each element is handed to Python code, which no array does faster
    label = column.child_by_field_name("subscript") if column.type == "subscript" else None
    if (is_plain_string(label) and b"pandas" in context.data) or context.kind(column).name == "series":
        yield Hit(
            right,
            f"each element of `{context.short(right)}` becomes a NumPy scalar; compute with the whole column, or walk "
            "`tolist()`",
        )


RULE = Rule(
    id="VX617",
    name="values-walked",
    check=check,
    family="dataframe",
    cost="O(n)",
    strategy="array-to-list",
    action="vectorization",
    patterns=(
        "(for_statement)",
        "(for_in_clause)",
    ),
    benchmark=Benchmark(
        "dear(frame)",
        "frame = pd.DataFrame({'price': range(5000)})",
        needs=("pandas",),
    ),
    doc=__doc__ or "",
)
