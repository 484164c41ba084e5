"""Length asked for in each turn of a `while`.

## What it does
Finds `while i < len(items)` where the loop changes the index and never the length.

## Why it is slow
`len` is looked up and called once a turn.

## Example
```python
def count(items: list[int]) -> int:
    i = found = 0
    while i < len(items):
        if items[i] > 0:
            found += 1
        i += 1
    return found
```

## Use instead
```python
def count(items: list[int]) -> int:
    size = len(items)
    i = found = 0
    while i < size:
        if items[i] > 0:
            found += 1
        i += 1
    return found
```

## When it is unsafe
When something that the loop calls changes the length.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, comparison
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while i < len(items): ..."""
    tested = comparison(node.child_by_field_name("condition"), context)
    if tested is None or tested[1] not in ("<", "<=", "!="):
        return
    call = tested[2]
    given = arguments(call) if call.type == "call" else []
    if len(given) != 1 or given[0].type != "identifier" or context.function(node) is None:
        return
    if context.origin(call.child_by_field_name("function")) != "len":
        return
    loop = context.regions.at(node.start_byte, node.start_byte + 1)
    if loop is None or loop.start != node.start_byte:
        return
    if not context.may_change(context.text(given[0]), loop, context.kind(given[0])):
        yield Hit(call, f"`{context.text(call)}` never changes in this loop; ask once before it")


RULE = Rule(
    id="VX311",
    name="len-in-while",
    check=check,
    family="invariant",
    cost="O(n)",
    strategy="hoist-invariant",
    action="loop_invariant_hoisting",
    patterns=("(while_statement)",),
    severity="hint",
    enabled=False,  # a turn of such loops does much more than ask for a length
    benchmark=Benchmark(
        "count(items)",
        "items = list(range(-500, 500))",
    ),
    doc=__doc__ or "",
)
