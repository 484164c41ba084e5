"""`contextlib.suppress` entered in each turn of a loop.

## What it does
Finds `with suppress(...)` in a loop around something as quick as a look-up, a conversion or a method of a container.

## Why it is slow
Each turn makes an object and calls its `__enter__` and `__exit__`. `try` with `except ...: pass` costs nothing until
something is raised. Some linters ask for the opposite.

## Example
```python
from contextlib import suppress

def remember(known: dict, rows):
    for row in rows:
        with suppress(KeyError):
            known[row] += 1
```

## Use instead
```python
def remember(known: dict, rows):
    for row in rows:
        try:
            known[row] += 1
        except KeyError:
            pass
```

## When it is unsafe
Never: the two mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: with suppress(KeyError): ..."""
    parent = node.parent
    loops = context.repeats(node)
    block = (
        parent.parent.parent if parent is not None and parent.type == "with_item" and parent.parent else None
    )
    if block is None or b"return" in context.data[block.start_byte : block.end_byte]:
        return  # the loop ends with what goes well
    if loops and context.is_tight(loops[0]) and context.is_quick(block, beside=node):
        yield Hit(
            node,
            f"an object is made, entered and left in each turn of {context.describe(loops[0])}; "
            "`try` and `except: pass` cost nothing",
        )


RULE = Rule(
    id="VX718",
    name="suppress-in-loop",
    check=check,
    family="exception",
    cost="O(n)",
    strategy="suppress-to-try",
    action="exception_flow",
    many=True,
    calls=("contextlib.suppress",),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "remember(known, rows)",
        ("known = dict.fromkeys(range(1000), 0)\nrows = range(1000)"),
    ),
    doc=__doc__ or "",
)
