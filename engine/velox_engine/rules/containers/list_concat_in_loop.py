"""List or tuple grown by making a new one in each turn.

## What it does
Finds `items = items + [x]`, `items = [x] + items` and `pair += (x,)` inside a loop.

## Why it is slow
`+` makes a new container and copies all of the old one: O(n²). `append` and `extend` work in place.

## Example
```python
def collect(rows: list[int]) -> list[int]:
    found = []
    for row in rows:
        found = found + [row * 2]
    return found
```

## Use instead
```python
def collect(rows: list[int]) -> list[int]:
    found = []
    for row in rows:
        found.append(row * 2)
    return found
```

## When it is unsafe
Whoever else holds the old list would see it grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.source.syntax import Node

_READS = re.compile(rb"\.(?:read|readline|recv|readinto)\(|\bopen\(")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: found = found + [row]"""
    target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if target is None or value is None or target.type != "identifier":
        return
    name, kinds = context.text(target), ("tuple", "bytes")
    if node.type == "assignment":
        sides = [context.text(value.child_by_field_name(side)) for side in ("left", "right")]
        if name not in sides or context.text(value.child_by_field_name("operator")) != "+":
            return
        kinds = ("list", *kinds)
    elif value.type in ("integer", "float"):
        return
    kind = context.kind(target).name
    if kind not in kinds:
        return
    if kind == "tuple" and not _is_counted(node, context):
        return  # what is kept in a tuple is short as a rule
    loops = context.repeats(node)
    if not loops or _starts_anew(target, node, loops[0], context):
        return
    inside = context.text(loops[0].node)
    if kind == "tuple" and re.search(rf"\[{re.escape(name)}\]|\b{re.escape(name)} (?:not )?in ", inside):
        return  # each state of it is a key
    if any(
        binding.how == "augment" and loops[0].start <= binding.start < node.start_byte
        for binding in context.scope(target).bindings(name)
    ):
        return  # an earlier statement of the loop has the finding
    if re.search(rf"len\({re.escape(name)}\) > (?:[A-Z_]+|\d{{1,2}}):\s+raise", inside):
        return  # Ex) `if len(key) > MAX_PARTS: raise`: it stays short
    if re.search(rf"if len\({re.escape(name)}\) (?:>=?|==) \d{{1,2}}\b.*:\s+(?:break|return)", inside):
        return  # a few are enough
    instead = {"list": "`append` or `extend`", "tuple": "a list", "bytes": "a bytearray"}[kind]
    yield Hit(
        node,
        f"the {kind} `{name}` is copied whole in each turn of {context.describe(loops[0])}: O(n²); "
        f"{instead} grows in place",
        doubtful=(kind != "list" and not _is_read(node, loops[0], context))
        or f"len({name})" in context.text(loops[0].node.child_by_field_name("condition")),
    )


def _is_read(node: Node, loop: Region, context: Context) -> bool:
    """Whether a loop reads until something ends: what is put together otherwise is a message or a key as a rule."""
    text = context.data[loop.start : loop.end]
    limited = b"len(" in text or b"len(" in context.data[node.start_byte : node.end_byte]
    return _READS.search(text) is not None and not limited


def _is_counted(node: Node, context: Context) -> bool:
    """Ex) for i in range(n): found += (i,)"""
    return any(context.text(context.iterable(loop)).startswith("range(") for loop in context.repeats(node))


def _starts_anew(target: Node, node: Node, loop: Region, context: Context) -> bool:
    name = context.text(target)
    return any(
        loop.start <= binding.start < loop.end
        and binding.how != "augment"
        and binding.statement.start_byte != node.start_byte
        for binding in context.scope(target).bindings(name)
    )


RULE = Rule(
    id="VX110",
    name="list-concat-in-loop",
    check=check,
    family="copy",
    cost="O(n²)",
    strategy="grow-in-place",
    action="in_place_update",
    many=True,
    patterns=('(augmented_assignment operator: "+=")', "(assignment right: (binary_operator))"),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "collect(rows)",
        "rows = list(range(1000))",
    ),
    doc=__doc__ or "",
)
