"""Lists joined with `sum`.

## What it does
Finds `sum(lists, [])`.

## Why it is slow
Each step copies everything joined so far: O(n²). `itertools.chain.from_iterable` passes each element once.

## Example
```python
def flatten(rows):
    return sum(rows, [])
```

## Use instead
```python
from itertools import chain

def flatten(rows):
    return list(chain.from_iterable(rows))
```

## When it is unsafe
`sum` insists on lists; the chain takes anything that can be iterated.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.quantities import is_few
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sum(rows, [])"""
    given, named = arguments(node), keywords(node, context)
    start = given[1] if len(given) == 2 else named.get("start")
    if start is None or context.kind(start).name not in ("list", "tuple") or context.is_small(given[0]):
        return
    if start.type not in ("list", "tuple", "call"):
        return
    yield Hit(
        node,
        "`sum` copies everything joined so far for each further list: O(n²); "
        "`itertools.chain.from_iterable` is linear",
        subject=given[0],
        # Ex) sum((getattr(model, kind, []) for kind in ALL_KINDS), [])
        doubtful=any(is_few(context.text(name)) for name in context.names_in(given[0])),
    )


RULE = Rule(
    id="VX109",
    name="sum-of-lists",
    check=check,
    family="copy",
    cost="O(n²)",
    many=True,
    strategy="grow-in-place",
    action="in_place_update",
    calls=("sum",),
    benchmark=Benchmark(
        "flatten(rows)",
        "rows = [[i, i] for i in range(500)]",
    ),
    doc=__doc__ or "",
)
