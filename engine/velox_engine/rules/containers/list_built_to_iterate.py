"""List made only to be walked once.

## What it does
Finds `for x in list(range(...))` and the same with `enumerate`, `zip`, `map` or `filter`.

## Why it is slow
All elements are made and kept before the first is used.

## Example
```python
def total(n):
    result = 0
    for i in list(range(n)):
        result += i * i
    return result
```

## Use instead
```python
def total(n):
    result = 0
    for i in range(n):
        result += i * i
    return result
```

## When it is unsafe
A list is a snapshot: when the loop changes what `zip`, `map` or `filter` read from, it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node

_LAZY = frozenset({"range", "enumerate", "zip", "map", "filter"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in list(range(n)): ..."""
    given = arguments(node)
    parent = node.parent
    if len(given) != 1 or given[0].type != "call" or parent is None:
        return
    if parent.type not in ("for_statement", "for_in_clause"):
        return
    iterable = parent.child_by_field_name("right")
    if iterable is None or iterable.id != node.id:
        return
    inner = context.origin(given[0].child_by_field_name("function"))
    if inner not in _LAZY or context.is_small(given[0]):
        return
    if inner != "range":
        # The loop must not touch what the lazy iterator still has to read.
        block = parent.child_by_field_name("body")
        if parent.type == "for_in_clause" and parent.parent is not None:
            block = parent.parent.child_by_field_name("body")
        used = {context.text(part) for part in context.names_in(node)}
        touched = {context.text(part) for part in context.names_in(block)} if block is not None else set()
        if used & touched:
            return
    yield Hit(
        node,
        f"a {context.text(node.child_by_field_name('function'))} of all elements is made, "
        f"only to be walked once; `{inner}` gives them one at a time",
    )


RULE = Rule(
    id="VX122",
    name="list-built-to-iterate",
    check=check,
    family="memory",
    cost="O(n)",
    strategy="needless-copy",
    action="copy_elimination",
    calls=("list", "tuple"),
    severity="hint",
    benchmark=Benchmark("total(5000)"),
    doc=__doc__ or "",
)
