"""Row of a data frame made for one cell.

## What it does
Finds `frame.iloc[i]["column"]`, `frame.loc[i]["column"]` and `frame["column"][i]` in a loop.

## Why it is slow
A Series is made of the whole row, or of the column, for each cell that is read. `frame.at[i, "column"]` reads the cell;
a column taken out before the loop, or an operation on all of it, is faster still.

## Example
```python
import pandas as pd

def total(frame: pd.DataFrame) -> float:
    result = 0.0
    for i in range(len(frame)):
        result += frame.iloc[i]["price"]
    return result
```

## Use instead
```python
import pandas as pd

def total(frame: pd.DataFrame) -> float:
    result = 0.0
    for price in frame["price"].tolist():
        result += price
    return result
```

## When it is unsafe
`loc` and `at` go by label, `iloc` and `iat` by position. Assigning to a chained index may not reach the frame at all.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import is_plain_string
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in range(len(frame)): total += frame.iloc[i]["price"]"""
    inner, column = node.child_by_field_name("value"), node.child_by_field_name("subscript")
    if inner is None or column is None:
        return
    head, key = inner.child_by_field_name("value"), inner.child_by_field_name("subscript")
    if head is None or key is None or key.type == "slice":
        return
    if head.type == "attribute" and context.text(head).endswith((".iloc", ".loc")):
        fits = is_plain_string(column) and key.type in ("identifier", "integer", "binary_operator")
    else:
        fits = is_plain_string(key) and column.type == "identifier" and context.kind(head).name == "dataframe"
    if key.type == "binary_operator" and context.text(key.child_by_field_name("operator")) in ("&", "|"):
        return  # Ex) `frame.loc[old & red]["price"]`: the rows that fit
    loops = context.repeats(node)
    if key.type == "identifier" and loops and not context.is_rebound(context.text(key), loops[0]):
        return  # Ex) `frame.iloc[rows]["price"]`: the same in each turn, and perhaps several rows
    if fits and loops:
        instead = (
            "`at` reads the cell" if not context.text(head).endswith(".iloc") else "`iat` reads the cell"
        )
        yield Hit(node, f"`{context.short(inner)}` makes a Series in each turn for one cell; {instead}")


RULE = Rule(
    id="VX614",
    name="row-made-for-one-cell",
    check=check,
    family="dataframe",
    cost="O(n)",
    strategy="frame-cells",
    action="dataframe_vectorization",
    patterns=("(subscript value: (subscript))",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "total(frame)",
        "frame = pd.DataFrame({'price': [float(i) for i in range(300)], 'count': range(300)})",
        needs=("pandas",),
        compares=True,
    ),
    doc=__doc__ or "",
)
