"""Function of a module looked up by its dotted name in a nested loop.

## What it does
Finds `module.function(...)` of an imported module in a loop inside a loop of a function.

## Why it is slow
Each call looks up the module, then the function in it. A local name costs one look-up.

## Example
```python
import math

def roots(rows):
    return [[math.sqrt(value) for value in row] for row in rows]
```

## Use instead
```python
from math import sqrt

def roots(rows):
    return [[sqrt(value) for value in row] for row in rows]
```

## When it is unsafe
When something replaces the function in its module while the loop runs, as tests do.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import is_stable_name
from velox_engine.source.syntax import Node

_MODULES = ("math.", "operator.", "random.", "os.path.", "struct.", "bisect.", "heapq.")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: for value in row: total += math.sqrt(value)"""
    function = node.child_by_field_name("function")
    if function is None or function.type != "attribute" or context.function(node) is None:
        return
    head = function.child_by_field_name("object")
    if head is None or not is_stable_name(head) or len(context.repeats(node)) < 2:
        return
    if context.origin(function).startswith(_MODULES):
        yield Hit(
            function, f"`{context.text(function)}` is looked up in its module at each turn of nested loops"
        )


RULE = Rule(
    id="VX313",
    name="dotted-call-in-hot-loop",
    check=check,
    family="lookup",
    cost="O(n)",
    by_hand="Since Python 3.11 looking a module's function up costs little; what is won is too little to be offered.",
    patterns=("(call)",),
    in_loop=True,
    severity="hint",
    enabled=False,
    benchmark=Benchmark(
        "roots(rows)",
        "rows = [list(range(100))] * 20",
    ),
    doc=__doc__ or "",
)
