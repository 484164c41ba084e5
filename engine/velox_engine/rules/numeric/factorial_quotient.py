"""Binomial coefficient from factorials.

## What it does
Finds `factorial(n) // (factorial(k) * factorial(n - k))` and quotients of two factorials.

## Why it is slow
The factorials have thousands of digits that cancel; `math.comb` and `math.perm` never make them.

## Example
```python
from math import factorial

def choose(n: int, k: int) -> int:
    return factorial(n) // (factorial(k) * factorial(n - k))
```

## Use instead
```python
from math import comb

def choose(n: int, k: int) -> int:
    return comb(n, k)
```

## When it is unsafe
`comb` and `perm` give 0 where `k` exceeds `n`; the factorial of a negative number raises.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import strip_parentheses
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) factorial(n) // (factorial(k) * factorial(n - k))"""
    left, right = node.child_by_field_name("left"), strip_parentheses(node.child_by_field_name("right"))
    if (
        left is None
        or right is None
        or context.origin(left.child_by_field_name("function")) != "math.factorial"
    ):
        return
    calls = [right]
    if right.type == "binary_operator" and context.text(right.child_by_field_name("operator")) == "*":
        calls = [
            part for part in (right.child_by_field_name("left"), right.child_by_field_name("right")) if part
        ]
    for call in calls:
        if call.type != "call" or context.origin(call.child_by_field_name("function")) != "math.factorial":
            return
    wanted = "math.comb" if len(calls) == 2 or _is_divided_again(node, context) else "math.perm"
    yield Hit(node, f"factorials with digits that cancel are made first; `{wanted}` never makes them")


def _is_divided_again(node: Node, context: Context) -> bool:
    """Ex) factorial(n) // factorial(k) // factorial(n - k)"""
    parent = node.parent
    if parent is None or parent.type != "binary_operator":
        return False
    divisor = parent.child_by_field_name("right")
    called = divisor.child_by_field_name("function") if divisor is not None else None
    return called is not None and context.origin(called) == "math.factorial"


RULE = Rule(
    id="VX605",
    name="factorial-quotient",
    check=check,
    family="numeric",
    cost="O(n²)",
    strategy="power-product",
    action="stdlib_substitution",
    patterns=(
        '(binary_operator left: (call) operator: "//")',
        '(binary_operator left: (call) operator: "/")',
    ),
    benchmark=Benchmark("choose(200, 90)"),
    doc=__doc__ or "",
)
