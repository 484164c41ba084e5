"""Dict searched by its values in a loop.

## What it does
Finds `x in mapping.values()` that runs once for each turn of a loop.

## Why it is slow
A dict finds keys at once, but values only by looking at all of them: O(n·m). A set of the values, or a dict the other
way round, answers in O(1).

## Example
```python
def used(names, aliases: dict[str, str]):
    return [name for name in names if name in aliases.values()]
```

## Use instead
```python
def used(names, aliases: dict[str, str]):
    known = set(aliases.values())
    return [name for name in names if name in known]
```

## When it is unsafe
The values must be hashable. A dict that changes during the loop needs its set kept up to date.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name, receiver
from velox_engine.source.kinds import MAPPINGS
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for name in names: if name in aliases.values(): ..."""
    if node.named_child_count != 2:
        return
    needle, container = node.named_children
    if container.type != "call" or method_name(container, context) != "values" or arguments(container):
        return
    if needle.type in ("list", "dictionary") or context.kind(needle).name in ("list", "dict", "set"):
        return  # has no hash
    owner = receiver(container)
    if owner is None or not _is_own(owner, context) or context.is_small(owner):
        return
    if context.kind(owner).name not in (*MAPPINGS, "mapping", ""):
        return
    loop = context.lasting_loop(node, owner)
    if loop is not None and loop.kind != "while":
        # Ex) `while file in self.open.values(): self.read()` waits for it to change
        name = context.text(owner)
        if context.is_changed(name.partition(".")[0], loop):
            return  # a set would have to be kept beside it
        yield Hit(
            node,
            f"all values of `{name}` are searched in each turn of {context.describe(loop)}: O(n·m); "
            "a set of them answers at once",
            subject=owner,
        )


def _is_own(owner: Node, context: Context) -> bool:
    """Whether a dict is a name or the object's own: what others hold, `plan.registers.values()`, is often a handful."""
    head = owner.child_by_field_name("object")
    return owner.type == "identifier" or (head is not None and context.text(head) == "self")


RULE = Rule(
    id="VX123",
    name="dict-scanned-by-value",
    check=check,
    family="membership",
    cost="O(n·m)",
    strategy="value-set",
    action="data_structure",
    many=True,
    patterns=('(comparison_operator ["in" "not in"])',),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "used(names, aliases)",
        ("names = [str(i) for i in range(500)]\naliases = {str(i): str(i + 250) for i in range(500)}"),
    ),
    doc=__doc__ or "",
)
