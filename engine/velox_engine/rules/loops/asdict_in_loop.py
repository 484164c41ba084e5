"""Dataclass turned into a dict recursively in each turn.

## What it does
Finds `dataclasses.asdict` and `dataclasses.astuple` in a loop.

## Why it is slow
They walk the fields recursively and deep-copy every value. For fields that hold simple values, `vars(item).copy()` or a
dict of the fields gives the same many times faster.

## Example
```python
from dataclasses import asdict, dataclass

@dataclass
class Point:
    x: int
    y: int

def rows(points: list[Point]):
    return [asdict(point) for point in points]
```

## Use instead
```python
from dataclasses import dataclass

@dataclass
class Point:
    x: int
    y: int

def rows(points: list[Point]):
    return [{"x": point.x, "y": point.y} for point in points]
```

## When it is unsafe
Nested dataclasses and containers in fields are then shared, not copied.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) rows = [asdict(point) for point in points]"""
    loops = context.repeats(node)
    if loops and len(arguments(node)) == 1:
        name = context.text(node.child_by_field_name("function"))
        yield Hit(node, f"`{name}` deep-copies every field in each turn of {context.describe(loops[0])}")


RULE = Rule(
    id="VX315",
    name="asdict-in-loop",
    check=check,
    family="copy",
    cost="O(n)",
    strategy="dict-of-fields",
    action="copy_elimination",
    calls=(
        "dataclasses.asdict",
        "dataclasses.astuple",
    ),
    in_loop=True,
    enabled=False,  # whether nested dataclasses need the deep copy is not told
    benchmark=Benchmark(
        "rows(points)",
        "points = [Point(i, i) for i in range(500)]",
    ),
    doc=__doc__ or "",
)
