"""Different values counted to see whether there is only one.

## What it does
Finds `column.nunique() == 1` and its like.

## Why it is slow
All values are hashed. Comparing the column with its first value needs one pass over plain memory.

## Example
```python
import pandas as pd

def is_constant(column: pd.Series) -> bool:
    return column.nunique() == 1
```

## Use instead
```python
import pandas as pd

def is_constant(column: pd.Series) -> bool:
    values = column.to_numpy()
    return len(values) > 0 and bool((values == values[0]).all())
```

## When it is unsafe
`nunique` leaves missing values out of account; the comparison does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, comparison, method_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) column.nunique() == 1"""
    tested = comparison(node, context)
    if tested is None or tested[1] not in ("==", "!=", ">", "<=") or context.integer(tested[2]) != 1:
        return
    call = tested[0]
    counted = receiver(call)
    if context.text(counted).endswith(".dtypes"):
        return  # as many as there are columns
    if counted is not None and any(
        _is_grouped(part, context) for part in (counted, *context.names_in(counted))
    ):
        return  # counted for each group
    if call.type == "call" and method_name(call, context) == "nunique" and not arguments(call):
        yield Hit(
            node, f"all values of `{context.short(receiver(call))}` are hashed to see whether they are one"
        )


def _is_grouped(part: Node, context: Context) -> bool:
    """Ex) by_day = frame.groupby("day"); by_day["customer"].nunique() > 1"""
    if ".groupby(" in context.text(part):
        return True
    bindings = context.inference(part).lookup(context.text(part))
    return any(one.value is not None and ".groupby(" in context.text(one.value) for one in bindings)


RULE = Rule(
    id="VX620",
    name="counted-for-one-value",
    check=check,
    family="dataframe",
    cost="O(n)",
    by_hand="Missing values count differently, and whether there can be any depends on the column.",
    patterns=("(comparison_operator (call function: (attribute)) (integer))",),
    many=True,
    severity="hint",
    benchmark=Benchmark(
        "is_constant(column)",
        "column = pd.Series([1.0] * 5000)",
        needs=("pandas",),
    ),
    doc=__doc__ or "",
)
