"""Import inside a loop.

## What it does
Finds `import` statements that run once for each turn.

## Why it is slow
The module is loaded once, but each turn asks for it again: a look-up in `sys.modules`, locks and, for `from`
imports, attribute look-ups.

## Example
```python
def roots(values):
    result = []
    for value in values:
        from math import sqrt
        result.append(sqrt(value) + 1)
        result.append(sqrt(value))
    return result
```

## Use instead
```python
from math import sqrt

def roots(values):
    result = []
    for value in values:
        result.append(sqrt(value) + 1)
        result.append(sqrt(value))
    return result
```

## When it is unsafe
An import that must not run before the loop does, because it is slow, optional or circular.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for v in values: from math import sqrt"""
    loops = context.repeats(node)
    if not loops or loops[0].kind == "while" or not context.is_tight(loops[0]):
        return  # a `while` may be there for the rare case that needs the module
    # Under a condition of its own it may be meant to run rarely or never.
    if any(step.type in ("if_statement", "try_statement") for step in context.ancestors(node, loops[0].node)):
        return
    yield Hit(
        node,
        f"the import is looked up again in each turn of {context.describe(loops[0])}; once before is enough",
    )


RULE = Rule(
    id="VX307",
    name="import-in-loop",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="import-before-loop",
    action="loop_invariant_hoisting",
    patterns=("(import_statement)", "(import_from_statement)"),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "roots(values)",
        "values = list(range(300))",
    ),
    doc=__doc__ or "",
)
