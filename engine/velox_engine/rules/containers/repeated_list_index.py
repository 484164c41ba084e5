"""Position of each element searched for while looping over the list.

## What it does
Finds `items.index(item)` inside `for item in items`.

## Why it is slow
`index` searches from the start in each turn: O(n²). `enumerate` knows the position.

## Example
```python
def positions(names: list[str]) -> dict[str, int]:
    found = {}
    for name in names:
        found[name] = names.index(name) + len(name)
    return found
```

## Use instead
```python
def positions(names: list[str]) -> dict[str, int]:
    found = {}
    for position, name in enumerate(names):
        found.setdefault(name, position + len(name))
    return found
```

## When it is unsafe
`index` gives the first of equal elements, `enumerate` the current one.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_stable_name, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for x in xs: i = xs.index(x)"""
    owner, given = receiver(node), arguments(node)
    if owner is None or len(given) != 1 or given[0].type != "identifier" or not is_stable_name(owner):
        return
    name, wanted = context.text(owner), context.text(given[0])
    for loop in context.repeats(node):
        if wanted in context.loop_variables(loop) and context.text(context.iterable(loop)) == name:
            if context.kind(owner).name in ("", "list", "tuple", "str", "sequence"):
                yield Hit(
                    node,
                    f"`{name}` is searched for `{wanted}` in each turn of {context.describe(loop)}, which "
                    "is just passing it: O(n²); `enumerate` knows the position",
                )
            return


RULE = Rule(
    id="VX106",
    name="repeated-list-index",
    check=check,
    family="membership",
    cost="O(n²)",
    methods=("index",),
    in_loop=True,
    severity="warning",
    doc=__doc__ or "",
)
