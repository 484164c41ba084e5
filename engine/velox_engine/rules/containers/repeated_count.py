"""Occurrences counted anew for each element.

## What it does
Finds `items.count(x)` inside a loop, where `items` is a list, tuple or string that the loop leaves alone and `x`
changes from turn to turn.

## Why it is slow
Each call looks at every element: O(n·m). A `Counter` counts all in one pass.

## Example
```python
def majority(values: list[int]) -> list[int]:
    return [value for value in values if values.count(value) > len(values) // 2]
```

## Use instead
```python
from collections import Counter

def majority(values: list[int]) -> list[int]:
    counts = Counter(values)
    return [value for value in values if counts[value] > len(values) // 2]
```

## When it is unsafe
The elements must be hashable. `str.count` of a longer text has no counterpart in a Counter.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import (
    arguments,
    comparison,
    consequence,
    is_constant,
    is_stable_name,
    receiver,
)
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) [v for v in values if values.count(v) > 1]"""
    owner, given = receiver(node), arguments(node)
    if owner is None or len(given) != 1 or not is_stable_name(owner) or is_constant(given[0]):
        return
    tested = comparison(node.parent, context)
    if tested is not None and tested[2].type == "integer" and context.integer(tested[2]) == 0:
        return  # Ex) `names.count(name) > 0` is a membership test
    if _is_refused(node):
        return
    kind = context.kind(owner)
    if kind.name not in ("", "list", "tuple", "str") or context.is_small(owner):
        return
    loop = context.lasting_loop(node, owner)
    if not kind and (loop is None or context.text(context.iterable(loop)) != context.text(owner)):
        return  # only a sequence is both walked and counted
    name = context.text(owner)
    if loop is None or (owner.type == "identifier" and context.is_changed(name, loop)):
        return
    varying = context.loop_variables(loop)
    used = {context.text(part) for part in context.names_in(given[0])}
    if not any(part in varying or context.is_rebound(part, loop) for part in used):
        return
    if kind.name == "str" and not _is_one_character(given[0], loop, context):
        return
    yield Hit(
        node,
        f"`{name}` is counted through for each `{context.short(given[0])}` of {context.describe(loop)}: "
        "O(n·m); a `Counter` counts everything in one pass",
        "O(n·m)",
        subject=owner,
    )


def _is_refused(node: Node) -> bool:
    """Ex) if paths.count(path) > 1: raise ValueError: what is checked is what somebody typed"""
    around = node.parent
    while around is not None and around.type != "block":
        if around.type == "if_statement":
            steps = consequence(around)
            return bool(steps) and steps[-1].type == "raise_statement"
        around = around.parent
    return False


def _is_one_character(value: Node, loop: Region, context: Context) -> bool:
    """Whether a value is a character, which a Counter of the string has as key."""
    iterable = context.iterable(loop)
    if (
        value.type != "identifier"
        or context.text(value) not in context.loop_variables(loop)
        or iterable is None
    ):
        return False
    kind = context.kind(iterable)
    if kind.name == "str":
        return True
    # Ex) for c in set(text)
    values = arguments(iterable) if iterable.type == "call" else []
    return len(values) == 1 and context.kind(values[0]).name == "str"


RULE = Rule(
    id="VX107",
    name="repeated-count",
    check=check,
    family="membership",
    cost="O(n²)",
    strategy="list-count-index",
    action="data_structure",
    many=True,
    methods=("count",),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "majority(values)",
        "values = [7] * 400 + list(range(300))",
    ),
    doc=__doc__ or "",
)
