"""Loop that only fills a fresh set.

## What it does
Finds a set that is made empty right before a loop whose whole body is one `add`, perhaps under one `if`.

## Why it is slow
Each turn looks up and calls a method; a set comprehension adds with one instruction.

## Example
```python
def initials(names):
    result = set()
    for name in names:
        result.add(name[0])
    return result
```

## Use instead
```python
def initials(names):
    return {name[0] for name in names}
```

## When it is unsafe
An exception half-way leaves no partial set, and the loop's variable is not left behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import (
    alternatives,
    assigned,
    body,
    consequence,
    only_call,
    previous_statement,
    receiver,
)
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) seen = set() / for x in xs: seen.add(f(x))"""
    if alternatives(node) or context.data.startswith(b"async", node.start_byte):
        return
    steps = body(node)
    if len(steps) == 1 and steps[0].type == "if_statement" and not alternatives(steps[0]):
        steps = consequence(steps[0])
    call = only_call(steps[0], "add", context) if len(steps) == 1 else None
    owner = receiver(call) if call is not None else None
    before = assigned(previous_statement(node), context)
    if owner is None or owner.type != "identifier" or before is None:
        return
    name = context.text(owner)
    if context.text(before[0]) != name or context.text(before[1]) != "set()":
        return
    iterable = node.child_by_field_name("right")
    text = context.data[node.start_byte : node.end_byte]
    if (
        iterable is None
        or context.is_small(iterable)
        or any(word in text for word in (b"await", b"yield", b":="))
    ):
        return
    scope = context.scope(node)
    uses = [use for use in scope.uses(name) if node.start_byte <= use.start_byte < node.end_byte]
    if len(uses) != 1 or name in scope.shared or context.outlives(node):
        return
    yield Hit(
        node,
        f"the loop only adds to `{name}`, a method call for each element; "
        "a set comprehension adds with one instruction",
    )


RULE = Rule(
    id="VX117",
    name="set-filling-loop",
    check=check,
    family="comprehension",
    cost="O(n)",
    strategy="set-comprehension",
    action="comprehension",
    patterns=("(for_statement)",),
    severity="hint",
    benchmark=Benchmark(
        "initials(names)",
        "names = [str(i) for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
