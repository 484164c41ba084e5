r"""File read one byte or character at a time.

## What it does
Finds `file.read(1)` in a loop, and files opened with `buffering=0` that a loop reads or writes.

## Why it is slow
Each byte costs a call, and without a buffer a trip to the operating system. Reading blocks or lines costs one for
thousands of bytes.

## Example
```python
def lines(path: str) -> int:
    count = 0
    with open(path, "rb") as file:
        while True:
            byte = file.read(1)
            if not byte:
                break
            if byte == b"\n":
                count += 1
    return count
```

## Use instead
```python
def lines(path: str) -> int:
    count = 0
    with open(path, "rb") as file:
        while True:
            block = file.read(65536)
            if not block:
                break
            count += block.count(b"\n")
    return count
```

## When it is unsafe
Where several processes read from one pipe, or a terminal must answer to each key.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, body, comparison, is_constant, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while byte := file.read(1): ..."""
    given = arguments(node)
    owner = receiver(node)
    if len(given) != 1 or context.integer(given[0]) != 1 or context.kind(owner).name != "file":
        return
    loops = context.repeats(node)
    if not loops or context.is_rebound(context.text(owner), loops[0]):
        return
    # Ex) a mark of one byte, then `file.read(length)`
    reads = context.text(loops[0].node).count(f"{context.text(owner)}.read(")
    alone = context.text(loops[0].node).count(f"{context.text(owner)}.read(1)")
    if _skips(loops[0], context):
        return
    if reads == alone:
        yield Hit(node, f"one call for each byte in {context.describe(loops[0])}; read blocks or lines")


def _skips(loop: Region, context: Context) -> bool:
    """Ex) while mark == b"\\xff": mark = file.read(1)"""
    if loop.kind != "while" or len(body(loop.node)) != 1:
        return False
    parts = comparison(loop.node.child_by_field_name("condition"), context)
    return parts is not None and parts[1] == "==" and is_constant(parts[2])


RULE = Rule(
    id="VX712",
    name="unbuffered-reads",
    check=check,
    family="io",
    cost="O(n)",
    by_hand="The whole loop has to be thought anew for blocks, and files of yours are not in the sandbox.",
    methods=("read",),
    in_loop=True,
    enabled=False,  # a few marks of one byte are what is read so as a rule
    benchmark=Benchmark(
        "lines(path)",
        (
            "import tempfile\n"
            "with tempfile.NamedTemporaryFile('wb', delete=False) as made:\n"
            "    made.write(b'some words on a line\\n' * 1000)\n"
            "path = made.name"
        ),
    ),
    doc=__doc__ or "",
)
