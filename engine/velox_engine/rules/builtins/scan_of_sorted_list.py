"""Sorted list searched from its start.

## What it does
Finds a loop over a list that was sorted before, which stops at the first element past a bound, inside another loop.

## Why it is slow
A walk costs O(n) for each search: `bisect` finds the same place in O(log n).

## Example
```python
def places(values: list[int], wanted: list[int]):
    values.sort()
    result = []
    for target in wanted:
        for i, value in enumerate(values):
            if value >= target:
                result.append(i)
                break
    return result
```

## Use instead
```python
from bisect import bisect_left

def places(values: list[int], wanted: list[int]):
    values.sort()
    result = []
    for target in wanted:
        place = bisect_left(values, target)
        if place < len(values):
            result.append(place)
    return result
```

## When it is unsafe
The list must be sorted by what is compared, with the same direction.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, arguments, body, comparison, consequence
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i, value in enumerate(values): if value >= target: break"""
    steps = body(node)
    if len(steps) != 1 or steps[0].type != "if_statement" or alternatives(steps[0]):
        return
    last = consequence(steps[0])[-1:]
    tested = comparison(steps[0].child_by_field_name("condition"), context)
    if not last or last[0].type not in ("break_statement", "return_statement") or tested is None:
        return
    if tested[1] not in ("<", "<=", ">", ">="):
        return
    loops = context.repeats(node)
    if not loops:
        return
    if not context.is_tight(loops[0]) and not context.is_quick(loops[0].node, beside=node):
        return  # beside what a turn does, looking through a few is nothing
    values = _walked(node, context)
    if values is None or not _is_sorted(values, node, context):
        return
    inner = context.regions.at(node.start_byte, node.start_byte + 1)
    variables = context.loop_variables(inner) if inner is not None else set()
    if {context.text(tested[0]), context.text(tested[2])} & variables and not context.is_rebound(
        context.text(values), loops[0]
    ):
        yield Hit(
            node.child_by_field_name("right") or node,
            f"`{context.text(values)}` is sorted and searched from its start in each turn: O(n·m); "
            "`bisect` finds the place in O(log n)",
        )


def _walked(node: Node, context: Context) -> Node | None:
    right = node.child_by_field_name("right")
    if right is not None and right.type == "call":
        given = arguments(right)
        if context.origin(right.child_by_field_name("function")) != "enumerate" or len(given) != 1:
            return None
        right = given[0]
    return right if right is not None and right.type == "identifier" else None


def _is_sorted(values: Node, node: Node, context: Context) -> bool:
    scope, name = context.scope(node), context.text(values)
    changes = scope.changes(name)
    if any(change.how == "sort" and change.start < node.start_byte for change in changes):
        return all(change.how == "sort" for change in changes)
    bindings = scope.bindings(name)
    value = bindings[0].value if len(bindings) == 1 else None
    if value is None or value.type != "call" or changes:
        return False
    return context.origin(value.child_by_field_name("function")) == "sorted"


RULE = Rule(
    id="VX511",
    name="scan-of-sorted-list",
    check=check,
    family="sort",
    cost="O(n·m)",
    action="sorting_selection",
    strategy="bisect-sorted",
    many=True,
    patterns=("(for_statement)",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "places(values, wanted)",
        ("values = list(range(0, 4000, 2))\nwanted = list(range(0, 4000, 40))"),
    ),
    doc=__doc__ or "",
)
