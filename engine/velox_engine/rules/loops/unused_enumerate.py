"""Index counted and never used.

## What it does
Finds `for i, item in enumerate(items)` where nothing reads `i`.

## Why it is slow
Each turn makes a number and a pair that nobody needs.

## Example
```python
def total(sizes):
    result = 0
    for i, size in enumerate(sizes):
        result += size * 2
    return result
```

## Use instead
```python
def total(sizes):
    result = 0
    for size in sizes:
        result += size * 2
    return result
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
    """Ex) for i, size in enumerate(sizes): total += size"""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "pattern_list" or right.type != "call":
        return
    targets = left.named_children
    if len(targets) != 2 or targets[0].type != "identifier" or len(arguments(right)) != 1:
        return
    if context.function(node) is None or context.origin(right.child_by_field_name("function")) != "enumerate":
        return
    name = context.text(targets[0])
    # The same name may be a variable of another loop, so only the uses in this one count.
    whole = node if node.type == "for_statement" else node.parent
    if whole is None or context.is_small(arguments(right)[0]):
        return
    scope = context.scope(node)
    used = [use for use in scope.uses(name) if use.start_byte != targets[0].start_byte]
    if node.type == "for_in_clause":
        used = [use for use in used if whole.start_byte <= use.start_byte < whole.end_byte]
    if not used:
        yield Hit(right, f"nothing reads `{name}`; walk `{context.short(arguments(right)[0])}` itself")


RULE = Rule(
    id="VX317",
    name="unused-enumerate",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="unused-loop-value",
    action="loop_restructuring",
    patterns=(
        "(for_statement)",
        "(for_in_clause)",
    ),
    severity="hint",
    benchmark=Benchmark(
        "total(sizes)",
        "sizes = list(range(1000))",
    ),
    doc=__doc__ or "",
)
