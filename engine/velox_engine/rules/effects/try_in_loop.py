"""`try` set up in each turn of a loop.

## What it does
Finds `try` as the whole body of a loop over many elements.

## Why it is slow
Before Python 3.11 entering a `try` costs a few instructions each time. From 3.11 on it costs nothing until something is
raised.

## Example
```python
def numbers(texts):
    result = []
    for text in texts:
        try:
            result.append(int(text))
        except ValueError:
            return result
    return result
```

## Use instead
```python
def numbers(texts):
    result = []
    try:
        for text in texts:
            result.append(int(text))
    except ValueError:
        return result
    return result
```

## When it is unsafe
A handler that goes on with the next element must stay inside of the loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import body, statements
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for text in texts: try: ... except ValueError: break"""
    loops = context.repeats(node)
    if not loops or loops[0].kind == "comprehension":
        return
    steps = body(loops[0].node)
    if len(steps) != 1 or steps[0].id != node.id:
        return
    handlers = [child for child in node.named_children if child.type == "except_clause"]
    leaves = ("return_statement", "raise_statement", "break_statement")
    for handler in handlers:
        inside = [child for child in handler.named_children if child.type == "block"]
        last = statements(inside[0])[-1:] if inside else []
        if not last or last[0].type not in leaves:
            return
    if handlers:
        yield Hit(
            node, f"a `try` is entered in each turn of {context.describe(loops[0])}; it can stand around it"
        )


RULE = Rule(
    id="VX716",
    name="try-in-loop",
    check=check,
    family="exception",
    cost="O(n)",
    by_hand="Since Python 3.11 a `try` costs nothing where nothing is raised.",
    patterns=("(try_statement)",),
    in_loop=True,
    severity="hint",
    enabled=False,
    benchmark=Benchmark(
        "numbers(texts)",
        "texts = [str(i) for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
