r"""Everything counted to learn whether there is any.

## What it does
Finds `x.count(y) > 0`, `x.count(y) == 0`, `x.count(y) >= 1`.

## Why it is slow
`count` goes through all of it; `in` stops at the first.

## Example
```python
def has_tab(line: str) -> bool:
    return line.count("\t") > 0
```

## Use instead
```python
def has_tab(line: str) -> bool:
    return "\t" in line
```

## When it is unsafe
A class with its own `count` may mean something else by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, comparison, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) line.count("x") > 0"""
    parts = comparison(node.parent, context)
    given = arguments(node)
    if parts is None or parts[0].id != node.id or len(given) != 1:
        return
    limit = context.integer(parts[2])
    question = (parts[1], limit) in ((">", 0), (">=", 1), ("==", 0), ("!=", 0), ("<", 1))
    owner = receiver(node)
    if not question or owner is None or context.kind(owner).name not in ("str", "list", "tuple", "bytes"):
        return
    function = context.function(node)
    counted = context.text(node)
    if function is not None and context.text(function.node).count(counted) > 1:
        return  # the number itself is wanted as well
    if not context.is_small(owner):
        yield Hit(node, f"all of `{context.short(owner)}` is counted through; `in` stops at the first match")


RULE = Rule(
    id="VX209",
    name="count-as-membership",
    check=check,
    family="membership",
    cost="O(n)",
    strategy="contains-not-count",
    action="builtin_substitution",
    methods=("count",),
    severity="hint",
    benchmark=Benchmark(
        "has_tab(line)",
        "line = 'name\\tvalue\\tsomething longer that follows' * 10",
    ),
    doc=__doc__ or "",
)
