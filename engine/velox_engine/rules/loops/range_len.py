"""List walked by index although only its elements are used.

## What it does
Finds `for i in range(len(xs))` where `i` serves for nothing but reading `xs[i]`.

## Why it is slow
Each turn makes a number and looks it up in the list, once for each use.

## Example
```python
def lengths(names: list[str]) -> int:
    result = 0
    for i in range(len(names)):
        result += len(names[i])
    return result
```

## Use instead
```python
def lengths(names: list[str]) -> int:
    result = 0
    for name in names:
        result += len(name)
    return result
```

## When it is unsafe
When the loop changes the list, the iterator sees it and the index did not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node

_MAPPING = re.compile(r"(?:dict|mapping)\(", re.IGNORECASE)
_OWN_CLASS = re.compile(r"(?:\w+\.)*[A-Z]\w*[a-z]\w*\(")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in range(len(names)): names[i]"""
    iterable, target = node.child_by_field_name("right"), node.child_by_field_name("left")
    if (
        iterable is None
        or target is None
        or context.text(iterable.child_by_field_name("function")) != "range"
    ):
        return
    inner = arguments(iterable)
    if len(inner) != 1 or context.text(inner[0].child_by_field_name("function")) != "len":
        return
    measured = arguments(inner[0])
    if len(measured) != 1 or measured[0].type != "identifier" or context.is_small(measured[0]):
        return
    region = context.regions.at(target.start_byte, target.end_byte)
    if region is None or not region.is_loop:
        return
    name, index = context.text(measured[0]), context.text(target)
    if name == "self":
        return  # Ex) `__iter__` itself, written with an index
    scope = context.scope(node)
    if context.is_rebound(name, region) or context.is_changed(name, region):
        return
    uses = [
        use
        for use in scope.uses(index)
        if region.start <= use.start_byte < region.end and use.id != target.id
    ]
    for use in uses:
        parent = use.parent
        if (
            parent is None
            or parent.type != "subscript"
            or context.text(parent.child_by_field_name("value")) != name
            or parent.named_child_count != 2  # Ex) `axes[-1, i]`
        ):
            return
    if not uses or (node.type == "for_statement" and context.outlives(node)):
        return
    if context.kind(measured[0]).name in ("dict", "ndarray", "dataframe", "series", "defaultdict"):
        return
    made = context.inference(measured[0]).lookup(name)
    if any(_MAPPING.search(context.text(one.value)) for one in made):
        return  # Ex) found = await all_by_number_dict(items): numbers may be its keys
    if any(_OWN_CLASS.match(context.text(one.value)) for one in made):
        return  # Ex) dataset = SampleDataset(path): it may know its elements by number only
    yield Hit(
        iterable,
        f"`{index}` only serves to read `{name}[{index}]`; iterating over `{name}` gives the elements",
    )


RULE = Rule(
    id="VX306",
    name="range-len",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="direct-iteration",
    action="loop_restructuring",
    patterns=(
        "(for_statement left: (identifier) right: (call arguments: (argument_list (call))))",
        "(for_in_clause left: (identifier) right: (call arguments: (argument_list (call))))",
    ),
    severity="hint",
    benchmark=Benchmark(
        "lengths(names)",
        "names = ['name'] * 1000",
    ),
    doc=__doc__ or "",
)
