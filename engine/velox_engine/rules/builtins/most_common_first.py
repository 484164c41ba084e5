"""All counts sorted for the most common.

## What it does
Finds `counter.most_common()[0]` and `most_common()[:k]`.

## Why it is slow
Without an argument `most_common` sorts everything; with one it keeps only the best.

## Example
```python
from collections import Counter

def favourite(votes):
    return Counter(votes).most_common()[0]
```

## Use instead
```python
from collections import Counter

def favourite(votes):
    return Counter(votes).most_common(1)[0]
```

## When it is unsafe
Never: equal counts come out in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) Counter(votes).most_common()[0]"""
    subscript = node.parent
    if (
        subscript is None
        or subscript.type != "subscript"
        or arguments(node)
        or subscript.named_child_count != 2
    ):
        return
    value = subscript.child_by_field_name("value")
    index = context.text(subscript.child_by_field_name("subscript")).replace(" ", "")
    if value is not None and value.id == node.id and re.fullmatch(r"0|:\d{1,2}", index):
        count = "1" if index == "0" else index[1:]
        yield Hit(
            subscript,
            f"all counts are sorted though only {count} is used; `most_common({count})` keeps only those",
        )


RULE = Rule(
    id="VX507",
    name="most-common-first",
    check=check,
    family="sort",
    cost="O(n log n)",
    strategy="most-common-few",
    action="sorting_selection",
    methods=("most_common",),
    benchmark=Benchmark(
        "favourite(votes)",
        "votes = [name for name in range(5000) for _ in range(name * 7919 % 8 + 1)] + [-1] * 50",
    ),
    doc=__doc__ or "",
)
