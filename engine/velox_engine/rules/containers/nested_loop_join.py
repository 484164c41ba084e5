"""Two collections matched by a loop inside a loop.

## What it does
Finds an inner loop whose whole body is one `if` that compares, with `==`, something of the outer element with
something of the inner one. The inner loop may walk `d.items()`, `d.values()` or `enumerate(ys)`.

## Why it is slow
Every pair is compared: O(n·m). A dict from the inner key to its elements finds the partners in O(1).

## Example
```python
def join(orders, customers):
    result = []
    for order in orders:
        for customer in customers:
            if order["customer"] == customer["id"]:
                result.append((order, customer))
    return result
```

## Use instead
```python
from collections import defaultdict

def join(orders, customers):
    by_id = defaultdict(list)
    for customer in customers:
        by_id[customer["id"]].append(customer)
    return [(order, customer) for order in orders for customer in by_id[order["customer"]]]
```

## When it is unsafe
The keys must be hashable, and equal keys must hash alike. An inner iterator that can be walked only once behaves
differently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    body,
    comparison,
    is_stable_name,
    method_name,
    receiver,
)
from velox_engine.source.syntax import Node

# Ex) `atom_type`, `row["category"]`
_KIND = re.compile(
    r"(?:type|kind|class|cls|category|colou?r|status|state|group|label)(?:['\"]\])?$", re.IGNORECASE
)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for a in xs: for b in ys: if a.key == b.key: ..."""
    steps = body(node)
    iterable = node.child_by_field_name("right")
    if len(steps) != 1 or steps[0].type != "if_statement" or iterable is None or alternatives(steps[0]):
        return
    iterable = _searched(iterable, context)
    if not is_stable_name(iterable):
        return
    # Both loops must do nothing but look for partners.
    loops = [loop for loop in context.repeats(steps[0]) if loop.kind == "for"]
    if len(loops) < 2 or loops[0].start != node.start_byte:
        # The inner loop may stop at its first partner: `repeats` then still has the outer one.
        return
    inner, outer = loops[0], loops[1]
    if iterable.type == "identifier" and context.is_changed(context.text(iterable), outer):
        return  # a dict would have to be kept up to date, and the keys may not be hashable
    tested = comparison(steps[0].child_by_field_name("condition"), context)
    if tested is None or tested[1] != "==" or context.is_replaced(iterable, outer):
        return
    names = [{context.text(part) for part in context.names_in(side)} for side in (tested[0], tested[2])]
    mine, theirs = context.loop_variables(inner), context.loop_variables(outer)
    sides = ((tested[0], names[0], names[1]), (tested[2], names[1], names[0]))
    key = next(
        (
            side
            for side, one, two in sides
            if one & mine and not one & theirs and two & theirs and not two & mine
        ),
        None,
    )
    if key is None:
        return
    # Indices of a grid are not a join: `if i == j`.
    if context.kind(tested[0]).name == "int" and tested[0].type == "identifier":
        return
    yield Hit(
        node,
        f"every element of `{context.short(iterable)}` is compared for each turn of "
        f"{context.describe(outer)}: O(n·m); a dict keyed by `{context.short(key)}` finds partners at once",
        subject=iterable,
        # Of a kind there are many on both sides, so that nearly as many pairs are left.
        doubtful=_KIND.search(context.text(key)) is not None,
    )


def _searched(iterable: Node, context: Context) -> Node:
    """The container that a loop walks: `d` of `d.items()`, `ys` of `enumerate(ys)`."""
    if iterable.type == "call":
        owner, given = receiver(iterable), arguments(iterable)
        if owner is not None and not given and method_name(iterable, context) in ("items", "values"):
            return owner
        if len(given) == 1 and context.origin(iterable.child_by_field_name("function")) == "enumerate":
            return given[0]
    return iterable


RULE = Rule(
    id="VX114",
    name="nested-loop-join",
    check=check,
    family="membership",
    cost="O(n·m)",
    strategy="join-index",
    action="algorithm_change",
    many=True,
    patterns=("(for_statement body: (block . (if_statement)))",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "join(orders, customers)",
        ("orders = [{'customer': i % 50} for i in range(200)]\ncustomers = [{'id': i} for i in range(100)]"),
    ),
    doc=__doc__ or "",
)
