r"""Whole file read to walk its lines.

## What it does
Finds `file.read().splitlines()` and `file.read().split("\n")` as what a loop walks over.

## Why it is slow
The text is in memory twice before the first line is used: once whole, once in lines. A file gives its lines one at a
time.

## Example
```python
def longest(path: str) -> int:
    result = 0
    with open(path) as file:
        for line in file.read().splitlines():
            result = max(result, len(line))
    return result
```

## Use instead
```python
def longest(path: str) -> int:
    result = 0
    with open(path) as file:
        for line in file:
            result = max(result, len(line.rstrip("\n")))
    return result
```

## When it is unsafe
Lines from a file keep their line end. `splitlines` splits at form feeds and other separators too.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.occasions import is_written_by_hand
from velox_engine.rules.shapes import arguments, method_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for line in file.read().splitlines(): ..."""
    inner, parent = receiver(node), node.parent
    if inner is None or parent is None or inner.type != "call" or method_name(inner, context) != "read":
        return
    given = arguments(node)
    if method_name(node, context) == "split" and (len(given) != 1 or context.text(given[0])[1:-1] != "\\n"):
        return
    right = parent.child_by_field_name("right") if parent.type in ("for_statement", "for_in_clause") else None
    if (
        right is None
        or right.id != node.id
        or arguments(inner)
        or context.kind(receiver(inner)).name != "file"
    ):
        return
    file = receiver(inner)
    yield Hit(
        node,
        f"all of `{context.short(file)}` is in memory twice before the first line is used",
        doubtful=file is None or is_written_by_hand(context, file),
    )


RULE = Rule(
    id="VX803",
    name="whole-file-read",
    check=check,
    family="memory",
    cost="O(n)",
    by_hand="`splitlines` ends lines at form feeds and other characters too, a file does not.",
    enabled=False,  # how large files are is not told, and most are read whole without harm
    many=True,
    methods=(
        "splitlines",
        "split",
    ),
    benchmark=Benchmark(
        "longest(path)",
        (
            "import tempfile\n"
            "with tempfile.NamedTemporaryFile('w', delete=False) as made:\n"
            "    made.write('some words on a line\\n' * 20000)\n"
            "path = made.name"
        ),
    ),
    doc=__doc__ or "",
)
