"""Data frame walked row by row with `iterrows`.

## What it does
Finds loops over `frame.iterrows()`.

## Why it is slow
Each row becomes a new Series, about a hundred times slower than `itertuples` and thousands of times slower than
working on whole columns.

## Example
```python
def total(frame):
    result = 0
    for _, row in frame.iterrows():
        result += row["price"] * row["count"]
    return result
```

## Use instead
```python
def total(frame):
    return (frame["price"] * frame["count"]).sum()
```

## When it is unsafe
A row of mixed columns is turned into one type by `iterrows` and not by columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, receiver
from velox_engine.source.syntax import Node

_HANDED_ON = frozenset({"yield", "return_statement"})

_FRAME = re.compile(r"(?:^|[._])(?:df|frame|dataframe|data|table)\w*$", re.IGNORECASE)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for _, row in frame.iterrows(): ..."""
    parent = node.parent
    if parent is None or parent.type in _HANDED_ON or _draws(parent, context):
        return
    if b"pandas" not in context.data and not _FRAME.search(context.text(receiver(node))):
        return  # Ex) a sheet of another library has `iterrows` too
    if not arguments(node):
        yield Hit(
            node,
            f"each row of `{context.short(receiver(node))}` becomes a new Series; work on whole columns, "
            "or use `itertuples`",
            doubtful=_is_outweighed(node, parent, context),
        )


def _is_outweighed(call: Node, loop: Node, context: Context) -> bool:
    """Whether what is done with each row is work of its own: `model.query(row.to_dict())`."""
    body_ = loop.child_by_field_name("body")
    return body_ is None or not context.is_quick(body_, beside=call)


def _draws(loop: Node, context: Context) -> bool:
    """Whether each row is drawn, which takes far longer: `row.plot(ax=ax)`, `plt.arrow(0, 0, row["x"], row["y"])`."""
    target = loop.child_by_field_name("left")
    if target is None or not target.named_child_count:
        return False
    name = context.text(target.named_children[-1])
    return (
        f"{name}.plot" in context.text(loop)
        or re.search(r"\b(?:plt|ax|axes)\.", context.text(loop)) is not None
    )


RULE = Rule(
    id="VX608",
    name="iterrows",
    check=check,
    family="dataframe",
    cost="O(n)",
    strategy="frame-columns",
    action="dataframe_vectorization",
    many=True,
    methods=("iterrows",),
    severity="warning",
    benchmark=Benchmark(
        "total(frame)",
        ("import pandas as pd\nframe = pd.DataFrame({'price': range(500), 'count': range(500)})"),
        needs=("pandas",),
    ),
    doc=__doc__ or "",
)
