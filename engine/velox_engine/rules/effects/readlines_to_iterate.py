"""All lines read before the first is used.

## What it does
Finds `for line in file.readlines()`.

## Why it is slow
The whole file is held as a list of strings; the file itself gives one line at a time.

## Example
```python
def count(path: str) -> int:
    with open(path) as file:
        return sum(1 for line in file.readlines() if line.strip())
```

## Use instead
```python
def count(path: str) -> int:
    with open(path) as file:
        return sum(1 for line in file if line.strip())
```

## When it is unsafe
When the loop reads, seeks or closes the same file.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for line in file.readlines(): ..."""
    parent = node.parent
    owner = receiver(node)
    if (
        parent is None
        or owner is None
        or arguments(node)
        or parent.type not in ("for_statement", "for_in_clause")
    ):
        return
    iterable = parent.child_by_field_name("right")
    if iterable is None or iterable.id != node.id or context.kind(owner).name != "file":
        return
    block = parent.child_by_field_name("body")
    name = context.text(owner)
    if block is not None and name in {context.text(part) for part in context.names_in(block)}:
        return
    yield Hit(
        node, f"the whole file is held as a list; `{context.short(owner)}` itself gives one line at a time"
    )


RULE = Rule(
    id="VX707",
    name="readlines-to-iterate",
    check=check,
    family="memory",
    cost="O(n)",
    strategy="lazy-lines",
    action="io_buffering",
    methods=("readlines",),
    severity="hint",
    benchmark=Benchmark(
        "count(path)",
        (
            "import tempfile\n"
            "with tempfile.NamedTemporaryFile('w', delete=False) as made:\n"
            "    made.write('some words on a line\\n' * 5000)\n"
            "path = made.name"
        ),
    ),
    doc=__doc__ or "",
)
