"""Matrix product in three nested loops.

## What it does
Finds `c[i][j] += a[i][k] * b[k][j]` inside three loops.

## Why it is slow
n³ multiplications in bytecode, each with six look-ups; NumPy multiplies in compiled code.

## Example
```python
def product(a, b, n: int):
    c = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            for k in range(n):
                c[i][j] += a[i][k] * b[k][j]
    return c
```

## Use instead
```python
import numpy as np

def product(a, b, n: int):
    return (np.array(a) @ np.array(b)).tolist()
```

## When it is unsafe
NumPy's integers overflow; its floats are added in another order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) c[i][j] += a[i][k] * b[k][j]"""
    text = context.text(node).replace(" ", "")
    product = re.fullmatch(
        r"\w+(?:\[(\w+)\]\[(\w+)\]|\[(\w+),(\w+)\])\+=\w+(?:\[\1\]\[(\w+)\]|\[\3,(\w+)\])\*\w+(?:\[\5\]\[\2\]|\[\6,\4\])",
        text,
    )
    # Ex) `self[i][k]`: a matrix of a kind of its own, whose elements may be anything
    if product is not None and "self[" not in text and len(context.repeats(node)) >= 3:
        yield Hit(
            node,
            "a matrix product in three loops of bytecode: O(n³) with six look-ups each; "
            "NumPy's `@` does it in C",
            "O(n³)",
        )


RULE = Rule(
    id="VX610",
    name="matrix-product-by-loops",
    check=check,
    family="numeric",
    cost="O(n³)",
    strategy="local-accumulator",
    action="name_lookup",
    patterns=(
        '(augmented_assignment left: (subscript) operator: "+=" '
        "right: (binary_operator left: (subscript) right: (subscript)))",
    ),
    in_loop=True,
    benchmark=Benchmark(
        "product(a, b, 20)",
        "a = b = [[i * j % 7 for i in range(20)] for j in range(20)]",
        needs=("numpy",),
    ),
    doc=__doc__ or "",
)
