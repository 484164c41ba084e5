"""Divisors searched for beyond the square root.

## What it does
Finds `for i in range(2, n)` with `if n % i == 0` that leaves at the first divisor.

## Why it is slow
A divisor above the square root has a partner below it: O(n) tests where O(√n) do.

## Example
```python
def is_prime(n: int) -> bool:
    if n < 2:
        return False
    for i in range(2, n):
        if n % i == 0:
            return False
    return True
```

## Use instead
```python
from math import isqrt

def is_prime(n: int) -> bool:
    if n < 2:
        return False
    for i in range(2, isqrt(n) + 1):
        if n % i == 0:
            return False
    return True
```

## When it is unsafe
When the loop must find the largest divisor, the partner of the smallest is it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, body, comparison, consequence
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in range(2, n): if n % i == 0: return False"""
    iterable, target = node.child_by_field_name("right"), node.child_by_field_name("left")
    if iterable is None or context.text(iterable.child_by_field_name("function")) != "range":
        return
    bounds = arguments(iterable)
    steps = body(node)
    if (
        len(bounds) < 2
        or context.integer(bounds[0]) not in (2, 3)
        or not steps
        or steps[0].type != "if_statement"
    ):
        return
    tested = comparison(steps[0].child_by_field_name("condition"), context)
    if tested is None or tested[1] != "==" or context.integer(tested[2]) != 0:
        return
    number = re.fullmatch(
        rf"(\w+)%{re.escape(context.text(target))}", context.text(tested[0]).replace(" ", "")
    )
    if number is None:
        return
    inner = consequence(steps[0])
    if not inner or inner[-1].type not in ("return_statement", "break_statement"):
        return
    limit = context.text(bounds[1]).replace(" ", "")
    name = re.escape(number[1])
    if re.fullmatch(rf"\(?{name}(//2)?\)?([+-]1)?|\(?{name}//2\)?\+1|int\({name}/2\)(\+1)?", limit):
        yield Hit(
            iterable,
            f"divisors of `{number[1]}` are tried up to `{context.text(bounds[1])}`: O(n); "
            "the square root is enough",
        )


RULE = Rule(
    id="VX602",
    name="trial-division",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="divisor-bound",
    action="algorithm_change",
    patterns=("(for_statement left: (identifier) right: (call))",),
    severity="warning",
    benchmark=Benchmark("is_prime(10007)"),
    doc=__doc__ or "",
)
