"""Copy made by way of JSON text.

## What it does
Finds `json.loads(json.dumps(x))`.

## Why it is slow
All of the data is written as text and read again to copy it. A copy of what is really changed is cheaper; only a copy
of everything with `copy.deepcopy` is slower still.

## Example
```python
import json

def detached(rows: list[dict[str, int]]):
    return json.loads(json.dumps(rows))
```

## Use instead
```python
def detached(rows: list[dict[str, int]]):
    return [dict(row) for row in rows]
```

## When it is unsafe
JSON turns tuples into lists and keys into text, and refuses what it does not know; a copy does neither.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) json.loads(json.dumps(rows))"""
    given = arguments(node)
    if context.in_test(node):
        return  # Ex) whether the data survives the trip
    if len(given) != 1 or given[0].type != "call" or keywords(node, context) or keywords(given[0], context):
        return
    if (
        context.origin(given[0].child_by_field_name("function")) == "json.dumps"
        and len(arguments(given[0])) == 1
        and not _is_copy_already(arguments(given[0])[0], context)
    ):
        yield Hit(node, "everything is written as text and read again for a copy; copy what is changed")


def _is_copy_already(value: Node, context: Context) -> bool:
    """Whether the trip is for another reason, such as lists in the place of tuples.

    Ex) `x = deepcopy(x)` came before, or it is `shape.__geo_interface__`, which is made anew
    """
    if value.type == "attribute" and context.text(value).endswith("__"):
        return True
    made = context.scope(value).bindings(context.text(value)) if value.type == "identifier" else []
    return any("deepcopy(" in context.text(binding.value) for binding in made)


RULE = Rule(
    id="VX715",
    name="json-round-trip",
    check=check,
    family="copy",
    cost="O(n)",
    strategy="copy-by-rows",
    action="copy_elimination",
    calls=("json.loads",),
    enabled=False,  # many make plain values of tuples and dates with it, and copy nothing
    benchmark=Benchmark(
        "detached(rows)",
        "rows = [{'id': i, 'size': i} for i in range(300)]",
    ),
    doc=__doc__ or "",
)
