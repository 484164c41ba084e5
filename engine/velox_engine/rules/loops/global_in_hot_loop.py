"""Global name read again and again in a nested loop.

## What it does
Finds names of the module that a loop inside a loop of a function reads at least three times.

## Why it is slow
A global is found in a dict, a local name in an array. From Python 3.11 on the interpreter caches the place of a global,
and little is left to win.

## Example
```python
FACTOR = 3

def total(rows):
    result = 0
    for row in rows:
        for value in row:
            result += value * FACTOR + FACTOR - value // FACTOR
    return result
```

## Use instead
```python
FACTOR = 3

def total(rows):
    factor = FACTOR
    result = 0
    for row in rows:
        for value in row:
            result += value * factor + factor - value // factor
    return result
```

## When it is unsafe
When something that the loop calls gives the global another value.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: for value in row: result += value * FACTOR + FACTOR - value // FACTOR"""
    loop = context.regions.at(node.start_byte, node.start_byte + 1)
    if context.function(node) is None or loop is None or loop.start != node.start_byte:
        return
    outer = context.repeats(node)
    if not outer or context.is_small_loop(loop):
        return
    scope, counts = context.scope(node), dict[str, list[Node]]()
    for name in context.names_in(node):
        counts.setdefault(context.text(name), []).append(name)
    for name, uses in counts.items():
        if len(uses) < 3 or scope.bindings(name) or name in scope.shared:
            continue
        bindings = context.module.inference.scope.bindings(name)
        if bindings and all(binding.how == "assign" for binding in bindings):
            yield Hit(uses[0], f"`{name}` is a global that this inner loop reads {len(uses)} times a turn")


RULE = Rule(
    id="VX312",
    name="global-in-hot-loop",
    check=check,
    family="lookup",
    cost="O(n)",
    by_hand="Since Python 3.11 a global costs hardly more than a local; what is won is too little to be offered.",
    patterns=("(for_statement)",),
    in_loop=True,
    severity="hint",
    enabled=False,
    benchmark=Benchmark(
        "total(rows)",
        "rows = [list(range(100))] * 20",
    ),
    doc=__doc__ or "",
)
