"""Several prefixes or suffixes tested one call at a time.

## What it does
Finds `s.startswith(a) or s.startswith(b)`, and the same with `endswith`.

## Why it is slow
Each test is a method look-up and a call; one call takes a tuple of prefixes.

## Example
```python
def is_comment(line: str) -> bool:
    return line.startswith("#") or line.startswith("//")
```

## Use instead
```python
def is_comment(line: str) -> bool:
    return line.startswith(("#", "//"))
```

## When it is unsafe
A class with its own `startswith` may not take a tuple.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_stable_name, method_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) line.startswith("#") or line.startswith("//")"""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or right.type != "call":
        return
    if left.type == "boolean_operator":
        # Ex) a or b or c: the chain is reported once, where it begins
        return
    method = method_name(right, context)
    if (
        method not in ("startswith", "endswith")
        or left.type != "call"
        or method_name(left, context) != method
    ):
        return
    owner = receiver(right)
    if owner is None or not is_stable_name(owner) or context.text(owner) != context.text(receiver(left)):
        return
    if all(len(arguments(call)) == 1 for call in (left, right)):
        yield Hit(node, f"two calls of `{method}` on `{context.text(owner)}`; one call takes a tuple")


RULE = Rule(
    id="VX204",
    name="chained-startswith",
    check=check,
    family="string",
    cost="O(n)",
    strategy="prefix-tuple",
    action="builtin_substitution",
    patterns=('(boolean_operator operator: "or")',),
    severity="hint",
    benchmark=Benchmark(
        "is_comment(line)",
        "line = '    value = 1  # an assignment'",
    ),
    doc=__doc__ or "",
)
