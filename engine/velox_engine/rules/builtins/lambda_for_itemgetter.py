"""Sort key that only picks an element.

## What it does
Finds `key=lambda pair: pair[1]` in `sorted`, `min`, `max` and `sort` over a list that may be long.

## Why it is slow
The lambda is a Python call for each element; `operator.itemgetter(1)` is a call in C.

## Example
```python
def by_count(pairs: list[tuple[str, int]]):
    return sorted(pairs, key=lambda pair: pair[1])
```

## Use instead
```python
from operator import itemgetter

def by_count(pairs: list[tuple[str, int]]):
    return sorted(pairs, key=itemgetter(1))
```

## When it is unsafe
Never for builtin sequences and mappings.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import is_constant
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sorted(pairs, key=lambda pair: pair[1])"""
    function = node.child_by_field_name("value")
    picked = function.child_by_field_name("body") if function is not None else None
    if function is None or picked is None:
        return
    owner, index = picked.child_by_field_name("value"), picked.child_by_field_name("subscript")
    parameter = context.text(function.child_by_field_name("parameters"))
    if context.text(owner) == parameter and is_constant(index):
        yield Hit(node, f"a Python call for each element; `itemgetter({context.text(index)})` is one in C")


RULE = Rule(
    id="VX510",
    name="lambda-for-itemgetter",
    check=check,
    family="sort",
    cost="O(n log n)",
    strategy="sort-keys",
    action="name_lookup",
    patterns=(
        '(keyword_argument name: (identifier) @_key value: (lambda body: (subscript)) (#eq? @_key "key"))',
    ),
    enabled=False,
    severity="hint",
    benchmark=Benchmark(
        "by_count(pairs)",
        "pairs = [('name', i * 7919 % 10007) for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
