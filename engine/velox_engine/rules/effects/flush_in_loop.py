"""Output flushed in each turn.

## What it does
Finds `print(..., flush=True)` and `file.flush()` directly in a loop that does not wait for anything.

## Why it is slow
Each flush is a system call; the buffer exists to make one of many.

## Example
```python
def report(rows):
    for row in rows:
        print(row, flush=True)
```

## Use instead
```python
def report(rows):
    for row in rows:
        print(row)
```

## When it is unsafe
When somebody must see each line at once: progress, logs of a process that may be killed.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: print(row, flush=True)"""
    flush = keywords(node, context).get("flush")
    loops = context.repeats(node)
    if (
        flush is not None
        and flush.type == "true"
        and loops
        and b"sleep" not in context.data[loops[0].start : loops[0].end]
    ):
        yield Hit(
            node, f"a system call in each turn of {context.describe(loops[0])}; the buffer makes one of many"
        )


RULE = Rule(
    id="VX711",
    name="flush-in-loop",
    check=check,
    family="io",
    cost="O(n)",
    by_hand="When a line becomes visible to others is what the flush is for.",
    calls=("print",),
    in_loop=True,
    enabled=False,
    severity="hint",
    benchmark=Benchmark(
        "silently(rows)",
        (
            "import contextlib\n"
            "import os\n"
            "rows = range(500)\n"
            "\n"
            "def silently(rows):\n"
            "    with open(os.devnull, 'w') as nowhere, contextlib.redirect_stdout(nowhere):\n"
            "        report(rows)"
        ),
    ),
    doc=__doc__ or "",
)
