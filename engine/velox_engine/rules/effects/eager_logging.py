"""Log message formatted whether or not it is wanted.

## What it does
Finds `logger.debug(f"...")` and `logger.debug("..." % x)` in a loop that does little else.

## Why it is slow
The text is made in each turn even when debug messages are off; with arguments it is made only when needed.

## Example
```python
import logging

logger = logging.getLogger(__name__)

def work(items):
    for item in items:
        logger.debug(f"working on {item!r}")
```

## Use instead
```python
import logging

logger = logging.getLogger(__name__)

def work(items):
    for item in items:
        logger.debug("working on %r", item)
```

## When it is unsafe
An object that changes before a handler formats it shows its later state.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_plain_string, method_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for item in items: logger.debug(f"working on {item}")"""
    owner, given = receiver(node), arguments(node)
    if owner is None or len(given) != 1:
        return
    name = context.text(owner).rpartition(".")[2].lower()
    if name not in ("logger", "log", "logging", "_logger", "_log"):
        return
    text = given[0]
    formatted = text.type == "string" and not is_plain_string(text)
    if text.type == "binary_operator" and context.text(text.child_by_field_name("operator")) == "%":
        formatted = is_plain_string(text.child_by_field_name("left"))
    if text.type == "call" and method_name(text, context) == "format":
        formatted = is_plain_string(receiver(text))
    loops = context.repeats(node)
    if not loops or context.is_conditional(node, loops[0]):
        return  # how often it happens is not known
    if formatted and context.is_tight(loops[0]) and "sleep(" not in context.text(loops[0].node):
        yield Hit(
            node,
            "the message is formatted in each turn even when debug messages are off; pass the values as arguments",
        )


RULE = Rule(
    id="VX710",
    name="eager-logging",
    check=check,
    family="lookup",
    cost="O(1)",
    strategy="logging-arguments",
    action="lazy_generation",
    methods=("debug",),
    in_loop=True,
    severity="hint",
    enabled=False,  # what a turn does beside it takes longer as a rule
    benchmark=Benchmark(
        "work(items)",
        "items = [{'id': i, 'name': 'something'} for i in range(200)]",
    ),
    doc=__doc__ or "",
)
