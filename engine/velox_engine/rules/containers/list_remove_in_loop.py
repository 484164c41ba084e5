"""Elements removed from a list one by one.

## What it does
Finds `items.remove(x)` inside a loop, where `items` is a list that lives longer than the loop's turn.

## Why it is slow
Each call searches the list and then moves everything behind the element: O(n²) in all. One comprehension keeps what
should stay.

## Example
```python
def without(values: list[int], unwanted: set[int]) -> list[int]:
    for value in unwanted:
        values.remove(value)
    return values
```

## Use instead
```python
def without(values: list[int], unwanted: set[int]) -> list[int]:
    return [value for value in values if value not in unwanted]
```

## When it is unsafe
`remove` takes away only the first of equal elements and raises when there is none. Others who hold the list see it
change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_stable_name, receiver
from velox_engine.source.syntax import Node

_WARNING = re.compile(r"\.(?:warn|warning|error|critical|exception)\(")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for x in unwanted: xs.remove(x)"""
    owner, given = receiver(node), arguments(node)
    if owner is None or len(given) != 1 or not is_stable_name(owner):
        return
    if context.kind(owner).name != "list" or context.is_small(owner):
        return
    loop = context.lasting_loop(node, owner)
    if loop is None:
        return
    name = context.text(owner)
    if _is_rare(node, loop.node, name, context):
        return  # how often it happens is not known
    yield Hit(
        node,
        f"`remove` searches the list `{name}` and moves what is behind, in each turn of "
        f"{context.describe(loop)}: O(n²); keep what stays in one pass",
    )


def _is_rare(node: Node, loop: Node, name: str, context: Context) -> bool:
    """Whether a condition decides in which turns something is removed, or a warning tells of each.

    Testing that it is there, `if x in xs: xs.remove(x)`, is no such condition.
    """
    around = node.parent
    while around is not None and around.id != loop.id:
        if around.type in ("if_statement", "elif_clause"):
            condition = context.text(around.child_by_field_name("condition"))
            if re.fullmatch(rf"[\w.]+ in {re.escape(name)}", condition) is None:
                return True
        if around.type in ("else_clause", "except_clause", "case_clause"):
            return True
        around = around.parent
    return _WARNING.search(context.text(loop)) is not None


RULE = Rule(
    id="VX108",
    name="list-remove-in-loop",
    check=check,
    family="queue",
    cost="O(n²)",
    strategy="multiset-removal",
    action="data_structure",
    methods=("remove",),
    in_loop=True,
    enabled=False,  # as a rule little is removed, and from a short list
    benchmark=Benchmark(
        "without(list(values), unwanted)",
        ("values = list(range(2000))\nunwanted = set(range(0, 2000, 4))"),
    ),
    doc=__doc__ or "",
)
