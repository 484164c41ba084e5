"""Running total or extreme kept by hand.

## What it does
Finds loops whose body is `total += x` (or `best = max(best, x)`) and `result.append(total)`.

## Why it is slow
Each element costs several instructions and a method call; `itertools.accumulate` does both in C.

## Example
```python
def balance(bookings: list[int]) -> list[int]:
    total = 0
    result = []
    for booking in bookings:
        total += booking
        result.append(total)
    return result
```

## Use instead
```python
from itertools import accumulate

def balance(bookings: list[int]) -> list[int]:
    return list(accumulate(bookings))
```

## When it is unsafe
The total itself has its last value only in the last element of the list.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, arguments, body, expression_of, only_call
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for booking in bookings: total += booking; result.append(total)"""
    steps, variable = body(node), node.child_by_field_name("left")
    if len(steps) != 2 or variable is None or variable.type != "identifier" or alternatives(node):
        return
    name = _accumulated(expression_of(steps[0]), context.text(variable), context)
    call = only_call(steps[1], "append", context)
    given = arguments(call) if call is not None else []
    iterable = node.child_by_field_name("right")
    if not name or len(given) != 1 or context.text(given[0]) != name or iterable is None:
        return
    if (
        context.data.startswith(b"async", node.start_byte)
        or context.is_small(iterable)
        or context.outlives(node)
    ):
        return
    yield Hit(
        node,
        f"the running `{name}` is kept and appended in bytecode for each element; `itertools.accumulate` does it in C",
    )


def _accumulated(step: Node | None, variable: str, context: Context) -> str:
    """The name that takes in each element; "" for any other statement."""
    if step is None:
        return ""
    target, value = step.child_by_field_name("left"), step.child_by_field_name("right")
    if target is None or value is None or target.type != "identifier":
        return ""
    name = context.text(target)
    if step.type == "augmented_assignment":
        plain = context.text(step.child_by_field_name("operator")) in ("+=", "*=")
        return name if plain and context.text(value) == variable else ""
    if step.type != "assignment":
        return ""
    text = context.text(value).replace(" ", "")
    fits = (f"{name}+{variable}", f"max({name},{variable})", f"min({name},{variable})")
    return name if text in (*fits, f"max({variable},{name})", f"min({variable},{name})") else ""


RULE = Rule(
    id="VX319",
    name="running-result",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="running-total",
    action="stdlib_substitution",
    patterns=("(for_statement left: (identifier))",),
    benchmark=Benchmark(
        "balance(bookings)",
        "bookings = list(range(1000))",
    ),
    doc=__doc__ or "",
)
