"""Numbers added up by hand.

## What it does
Finds `total = 0` right before a loop whose whole body is `total += expression`.

## Why it is slow
Each turn runs several instructions; `sum` adds in C.

## Example
```python
def total(values):
    result = 0
    for value in values:
        result += value
    return result
```

## Use instead
```python
def total(values):
    return sum(values)
```

## When it is unsafe
From Python 3.12, `sum` of floats is more exact than adding one by one, so the last digits may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    assigned,
    body,
    expression_of,
    is_constant,
    previous_statement,
)
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) total = 0 / for v in values: total += v"""
    steps = body(node)
    added = expression_of(steps[0]) if len(steps) == 1 else None
    if added is None or alternatives(node) or context.data.startswith(b"async", node.start_byte):
        return
    target, value = added.child_by_field_name("left"), added.child_by_field_name("right")
    if target is None or value is None or target.type != "identifier" or added.type != "augmented_assignment":
        return
    operator, name = context.text(added.child_by_field_name("operator")), context.text(target)
    before = assigned(previous_statement(node), context)
    if before is None or context.text(before[0]) != name or operator not in ("+=", "*="):
        return
    start = context.text(before[1])
    if start not in (("0", "0.0") if operator == "+=" else ("1", "1.0")):
        return
    function = context.function(node)
    if function is not None and context.text(function.node.child_by_field_name("name")) == "sum":
        return  # which hides the builtin
    iterable = node.child_by_field_name("right")
    text = context.text(value)
    if (
        iterable is None
        or context.is_small(iterable)
        or is_constant(value)
        or "await" in text
        or "yield" in text
    ):
        return
    # Only what the loop itself passes: a generator around a longer expression wins nothing.
    mapped = _mapped(value, context)
    taken = context.text(mapped[1]) if mapped else text
    if value.type != "identifier" and (mapped is None or operator != "+="):
        return
    if taken not in _variables(node, context) or context.outlives(node):
        return
    instead = "sum" if operator == "+=" else "math.prod"
    if mapped:
        instead = f"sum(map({mapped[0]}, …))"
    yield Hit(
        node,
        f"the loop only accumulates `{name}`, several instructions for each element; `{instead}` does it in C",
    )


def _mapped(value: Node, context: Context) -> tuple[str, Node] | None:
    """Ex) total += len(name)"""
    given = arguments(value) if value.type == "call" else []
    if len(given) != 1 or given[0].type != "identifier":
        return None
    origin = context.origin(value.child_by_field_name("function"))
    return (origin, given[0]) if origin in ("len", "int", "ord", "abs", "float") else None


def _variables(node: Node, context: Context) -> set[str]:
    region = context.regions.at(node.start_byte, node.start_byte + 1)
    return context.loop_variables(region) if region is not None and region.start == node.start_byte else set()


RULE = Rule(
    id="VX304",
    name="manual-sum",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="sum-loop",
    action="builtin_substitution",
    patterns=("(for_statement body: (block . (expression_statement (augmented_assignment))))",),
    benchmark=Benchmark(
        "total(values)",
        "values = list(range(1000))",
    ),
    doc=__doc__ or "",
)
