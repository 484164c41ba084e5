"""Loop that only fills a fresh dict.

## What it does
Finds a dict that is made empty right before a loop whose whole body is one `d[key] = value`, perhaps under one
`if`.

## Why it is slow
Each turn loads the dict and stores by subscript in bytecode; a dict comprehension stores with one instruction, and
`dict(...)` copies in C.

## Example
```python
def by_name(users):
    result = {}
    for user in users:
        result[user.name] = user
    return result
```

## Use instead
```python
def by_name(users):
    return {user.name: user for user in users}
```

## When it is unsafe
An exception half-way leaves no partial dict, and the loop's variable is not left behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, assigned, body, consequence, previous_statement
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) d = {} / for k, v in pairs: d[k] = v"""
    if alternatives(node) or context.data.startswith(b"async", node.start_byte):
        return
    steps = body(node)
    if len(steps) == 1 and steps[0].type == "if_statement" and not alternatives(steps[0]):
        steps = consequence(steps[0])
    parts = assigned(steps[0], context) if len(steps) == 1 else None
    if parts is None or parts[0].type != "subscript" or parts[0].named_child_count != 2:
        return
    owner = parts[0].child_by_field_name("value")
    before = assigned(previous_statement(node), context)
    if owner is None or owner.type != "identifier" or before is None:
        return
    name = context.text(owner)
    if context.text(before[0]) != name or context.text(before[1]).replace(" ", "") not in ("{}", "dict()"):
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
        node, f"the loop only fills `{name}`; a dict comprehension stores each entry with one instruction"
    )


RULE = Rule(
    id="VX116",
    name="dict-filling-loop",
    check=check,
    family="comprehension",
    cost="O(n)",
    by_hand="A dict comprehension is not measurably faster; Velox would not offer it.",
    patterns=("(for_statement)",),
    severity="hint",
    benchmark=Benchmark(
        "by_name(users)",
        ("from types import SimpleNamespace as Made\nusers = [Made(name=str(i)) for i in range(500)]"),
    ),
    enabled=False,
    doc=__doc__ or "",
)
