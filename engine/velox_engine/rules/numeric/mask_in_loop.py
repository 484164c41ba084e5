"""Same rows selected again in each turn.

## What it does
Finds `frame[frame.x > limit]` in a loop that changes nothing of it.

## Why it is slow
Each turn compares all rows and copies those that fit: O(n·m). Select once before the loop.

## Example
```python
import pandas as pd

def expensive(frame: pd.DataFrame, names: list[str]):
    result = []
    for name in names:
        result.append(frame[frame["price"] > 100][name].sum())
    return result
```

## Use instead
```python
import pandas as pd

def expensive(frame: pd.DataFrame, names: list[str]):
    chosen = frame[frame["price"] > 100]
    return [chosen[name].sum() for name in names]
```

## When it is unsafe
When the loop changes the selection, or the frame by way of another name.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for name in names: frame[frame["price"] > 100][name].sum()"""
    value, mask = node.child_by_field_name("value"), node.child_by_field_name("subscript")
    if value is None or mask is None or value.type != "identifier":
        return
    name = context.text(value)
    if context.kind(value).name not in ("dataframe", "series", "ndarray"):
        return
    if name not in {context.text(part) for part in context.names_in(mask)}:
        return
    loops = context.repeats(node)
    if not loops:
        return
    if any(
        context.may_change(context.text(part), loops[0], context.kind(part)) for part in _names(mask, context)
    ):
        return
    yield Hit(
        node,
        f"`{context.short(node)}` selects the same rows in each turn of {context.describe(loops[0])}: O(n·m); "
        "select once before the loop",
    )


def _names(mask: Node, context: Context) -> list[Node]:
    return list({context.text(part): part for part in context.names_in(mask)}.values())


RULE = Rule(
    id="VX616",
    name="mask-in-loop",
    check=check,
    family="dataframe",
    cost="O(n·m)",
    strategy="selected-once",
    action="dataframe_vectorization",
    many=True,
    patterns=("(subscript subscript: (comparison_operator))",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "expensive(frame, names)",
        (
            "frame = pd.DataFrame({c: range(2000) for c in ['price', 'a', 'b', 'c', 'd', 'e']})\n"
            "names = ['a', 'b', 'c', 'd', 'e']"
        ),
        needs=("pandas",),
    ),
    doc=__doc__ or "",
)
