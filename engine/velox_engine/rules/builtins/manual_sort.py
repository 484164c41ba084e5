"""Sorting by exchanging neighbours.

## What it does
Finds nested loops that exchange `xs[j]` and `xs[j + 1]` when they are out of order.

## Why it is slow
Bubble sort makes O(n²) comparisons in bytecode; `sort` makes O(n log n) in C.

## Example
```python
def ordered(values):
    for i in range(len(values)):
        for j in range(len(values) - i - 1):
            if values[j] > values[j + 1]:
                values[j], values[j + 1] = values[j + 1], values[j]
    return values
```

## Use instead
```python
def ordered(values):
    values.sort()
    return values
```

## When it is unsafe
Elements that cannot all be compared with each other may raise elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import comparison
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) xs[j], xs[j + 1] = xs[j + 1], xs[j]"""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.named_child_count != 2 or right.named_child_count != 2:
        return
    targets = [context.text(child).replace(" ", "") for child in left.named_children]
    values = [context.text(child).replace(" ", "") for child in right.named_children]
    loops = context.repeats(node)
    if targets != values[::-1] or len(loops) < 2:
        return
    if b"yield" in context.data[loops[-1].start : loops[-1].end]:
        return  # Ex) each exchange is what the loop is for
    neighbours = {(b[:-1] + "+1]" == a) or (b[:-1] + "-1]" == a) for a, b in (targets, targets[::-1])}
    step = next(
        (s for s in reversed(context.ancestors(node, loops[0].node)) if s.type == "if_statement"), None
    )
    if step is None or True not in neighbours:
        return
    tested = comparison(step.child_by_field_name("condition"), context)
    if tested is None or tested[1] not in ("<", ">", "<=", ">="):
        return
    compared = {context.text(tested[0]).replace(" ", ""), context.text(tested[2]).replace(" ", "")}
    if compared == set(targets):
        name = context.text(left.named_children[0].child_by_field_name("value"))
        yield Hit(
            node, f"`{name}` is sorted by exchanging neighbours: O(n²) in bytecode; `sort` is O(n log n) in C"
        )


RULE = Rule(
    id="VX509",
    name="manual-sort",
    check=check,
    family="sort",
    cost="O(n²)",
    strategy="handwritten-sort",
    action="algorithm_change",
    patterns=(
        "(assignment left: (pattern_list (subscript) (subscript)) right: (expression_list (subscript) (subscript)))",
    ),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "ordered(list(values))",
        "values = [i * 7919 % 10007 for i in range(150)]",
    ),
    doc=__doc__ or "",
)
