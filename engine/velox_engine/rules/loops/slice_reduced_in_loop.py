"""Sum, minimum or maximum of a slice that grows with the loop.

## What it does
Finds `sum(xs[:i])`, `max(xs[i:])` and the like inside a loop over `i`, and windows of a width that is not written
down as a number: `sum(xs[i : i + width])`.

## Why it is slow
Each turn copies the slice and goes through it: O(n²). A running total, or `itertools.accumulate`, takes one step
for each element.

## Example
```python
def running(values: list[int]) -> list[int]:
    return [sum(values[:i + 1]) for i in range(len(values))]
```

## Use instead
```python
from itertools import accumulate

def running(values: list[int]) -> list[int]:
    return list(accumulate(values))
```

## When it is unsafe
Floating-point sums are rounded in another order when a window is moved by subtracting.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, is_stable_name, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in range(len(xs)): sum(xs[:i])"""
    given = arguments(node)
    if len(given) != 1 or given[0].type != "subscript" or keywords(node, context):
        return
    cut, owner = given[0].child_by_field_name("subscript"), given[0].child_by_field_name("value")
    if cut is None or cut.type != "slice" or owner is None or not is_stable_name(owner):
        return
    function = context.text(node.child_by_field_name("function"))
    bounds = context.text(cut).replace(" ", "")
    loops = context.repeats(node)
    # `len` of a slice needs no slice at all.
    if not loops or bounds.count(":") != 1:
        return
    varying = context.loop_variables(loops[0])
    if not any(context.text(part) in varying for part in context.names_in(cut)):
        return
    if context.is_replaced(owner, loops[0]) or context.kind(owner).name == "ndarray" or function == "len":
        return
    if not context.is_tight(loops[0]) or not context.is_quick(loops[0].node, beside=node):
        return  # beside what a turn does, adding up a few numbers is nothing
    if bounds[0] != ":" and bounds[-1] != ":":
        # Both ends move: a window over all of it.
        width = _width(bounds, varying)
        if _steps_over(loops[0], context):
            return  # Ex) `for i in range(0, n, k): sum(xs[i : i + k])`: each element once
        if function in ("sum", "min", "max") and width and _is_variable(width, node, context):
            yield Hit(
                node,
                f"`{context.short(node)}` copies and goes through a window of `{width}` elements in each turn of "
                f"{context.describe(loops[0])}: O(n·k); what enters and what leaves changes it",
                "O(n·k)",
                severity="hint",  # it pays for wide windows, and sums of floats round differently
            )
        return
    # One end open: the slice grows or shrinks with the loop.
    yield Hit(
        node,
        f"`{context.short(node)}` copies and goes through a growing slice in each turn of "
        f"{context.describe(loops[0])}: O(n²); keep a running value or use `itertools.accumulate`",
    )


def _width(bounds: str, varying: set[str]) -> str:
    """How many elements a slice of two moving ends has: "k" of `i:i+k` and of `i-k:i`, else ""."""
    low, high = bounds.split(":")
    for name in varying:
        for near, far, sign in ((low, high, "+"), (high, low, "-")):
            if near == name and far.startswith(name + sign):
                return far[len(name) + 1 :]
    return ""


def _steps_over(loop: Region, context: Context) -> bool:
    iterable = context.iterable(loop)
    return iterable is not None and iterable.type == "call" and len(arguments(iterable)) == 3


def _is_variable(width: str, node: Node, context: Context) -> bool:
    """Whether a window's width is a name that the function is given or has computed, and no small number."""
    if not width.isidentifier():
        return False
    bindings = context.inference(node).lookup(width)
    return bool(bindings) and not all(
        one.value is not None and one.value.type == "integer" for one in bindings
    )


RULE = Rule(
    id="VX303",
    name="slice-reduced-in-loop",
    check=check,
    family="invariant",
    cost="O(n²)",
    strategy="prefix-sums",
    action="precomputation",
    many=True,
    calls=("sum", "min", "max", "any", "all", "math.prod", "set", "len"),
    in_loop=True,
    benchmark=Benchmark(
        "running(values)",
        "values = list(range(500))",
    ),
    doc=__doc__ or "",
)
