"""Products of two sequences added up in a generator.

## What it does
Finds `sum(a * b for a, b in zip(xs, ys))`.

## Why it is slow
Each pair passes through bytecode. `sum(map(mul, xs, ys))` multiplies in C, as does `math.sumprod` from Python 3.12 on.

## Example
```python
def dot(left: list[int], right: list[int]) -> int:
    return sum(a * b for a, b in zip(left, right))
```

## Use instead
```python
from operator import mul

def dot(left: list[int], right: list[int]) -> int:
    return sum(map(mul, left, right))
```

## When it is unsafe
`zip(..., strict=True)` raises on different lengths, `map` stops at the shorter one. `math.sumprod` rounds floats
better, so that its last bits may differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.kinds import ARITHMETIC
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) sum(a * b for a, b in zip(left, right))"""
    holder, given = node.child_by_field_name("arguments"), arguments(node)
    made = holder if holder is not None and holder.type == "generator_expression" else (given or [None])[0]
    if made is None or made.type not in ("generator_expression", "list_comprehension"):
        return
    parts = [child for child in made.named_children if child.type != "comment"]
    if len(parts) != 2 or parts[0].type != "binary_operator" or parts[1].type != "for_in_clause":
        return
    if context.text(parts[0].child_by_field_name("operator")) != "*":
        return
    left, right = parts[1].child_by_field_name("left"), parts[1].child_by_field_name("right")
    if left is None or left.type != "pattern_list" or right is None or right.type != "call":
        return
    pair = {context.text(name) for name in left.named_children}
    product = {context.text(parts[0].child_by_field_name(side)) for side in ("left", "right")}
    zipped = arguments(right)
    if context.origin(right.child_by_field_name("function")) != "zip" or len(zipped) != 2 or len(pair) != 2:
        return
    if pair != product or any(context.is_small(one) for one in zipped):
        return
    # Symbols and matrices multiply slowly enough by themselves.
    if any(context.inference(one).element(one).name in ARITHMETIC for one in zipped):
        yield Hit(node, "each product passes through bytecode; `sum(map(mul, …))` multiplies in C",
                  subject=zipped[0])  # fmt: skip


RULE = Rule(
    id="VX612",
    name="sum-of-products",
    check=check,
    family="numeric",
    cost="O(n)",
    many=True,
    strategy="operator-map",
    action="builtin_substitution",
    calls=("sum",),
    benchmark=Benchmark(
        "dot(left, right)",
        ("left = list(range(1000))\nright = list(range(1000))"),
    ),
    doc=__doc__ or "",
)
