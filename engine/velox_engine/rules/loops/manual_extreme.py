"""Largest or smallest element searched for by hand.

## What it does
Finds loops whose whole body is `if x > best: best = x`.

## Why it is slow
Each turn runs several instructions; `max` and `min` compare in C.

## Example
```python
def peak(values: list[int]) -> int:
    best = values[0]
    for value in values:
        if value > best:
            best = value
    return best
```

## Use instead
```python
def peak(values: list[int]) -> int:
    return max(values)
```

## When it is unsafe
NaN compares false with everything, so its place decides what either gives. An empty input raises.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, assigned, body, comparison, consequence
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for v in values: if v > best: best = v"""
    steps = body(node)
    target = node.child_by_field_name("left")
    if len(steps) != 1 or steps[0].type != "if_statement" or alternatives(steps[0]) or alternatives(node):
        return
    if target is None or target.type != "identifier":
        return
    tested = comparison(steps[0].child_by_field_name("condition"), context)
    inner = consequence(steps[0])
    parts = assigned(inner[0], context) if len(inner) == 1 else None
    if tested is None or parts is None or tested[1] not in ("<", ">", "<=", ">="):
        return
    name, best = context.text(target), context.text(parts[0])
    if context.text(parts[1]) != name or {context.text(tested[0]), context.text(tested[2])} != {name, best}:
        return
    if parts[0].type != "identifier" or context.outlives(node):
        return
    larger = (context.text(tested[0]) == name) == (tested[1][0] == ">")
    yield Hit(
        node,
        f"`{best}` is searched for with several instructions for each element; "
        f"`{'max' if larger else 'min'}` compares in C",
    )


RULE = Rule(
    id="VX305",
    name="manual-extreme",
    check=check,
    family="numeric",
    cost="O(n)",
    by_hand="Since Python 3.11, comparing integers in a loop takes about as long as `max`; measured, nothing was won.",
    patterns=("(for_statement body: (block . (if_statement)))",),
    severity="hint",
    benchmark=Benchmark(
        "peak(values)",
        "values = [i * 7919 % 10007 for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
