"""List built only to be added up or compared.

## What it does
Finds `sum([...])`, `min([...])` and `max([...])` over a list comprehension.

## Why it is slow
All elements are kept at once although one at a time would do. A generator is usually a little slower and needs no
memory, which matters where the list is large.

## Example
```python
def total(rows) -> int:
    return sum([row * row for row in rows])
```

## Use instead
```python
def total(rows) -> int:
    return sum(row * row for row in rows)
```

## When it is unsafe
Never.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sum([row * row for row in rows])"""
    given = arguments(node)
    if (
        len(given) != 1
        or given[0].type != "list_comprehension"
        or b"await" in context.data[slice(*node.byte_range)]
    ):
        return
    walked = [child for child in given[0].named_children if child.type == "for_in_clause"]
    right = walked[0].child_by_field_name("right") if walked else None
    if right is not None and not context.is_small(right):
        name = context.text(node.child_by_field_name("function"))
        yield Hit(given[0], f"all elements are kept for `{name}`, which needs one at a time")


RULE = Rule(
    id="VX801",
    name="list-for-reduction",
    check=check,
    family="memory",
    cost="O(n)",
    strategy="lazy-reduction",
    action="lazy_generation",
    calls=(
        "sum",
        "min",
        "max",
    ),
    severity="hint",
    enabled=False,
    benchmark=Benchmark(
        "total(rows)",
        "rows = range(200000)",
    ),
    doc=__doc__ or "",
)
