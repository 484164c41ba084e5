"""Property that computes, read in each turn of a loop.

## What it does
Finds `self.name` in a loop where `name` is a property of the same class whose body has a loop or a comprehension, and
the loop changes nothing of `self`.

## Why it is slow
Every read runs the whole property again: O(n·m). Read it once before the loop.

## Example
```python
class Basket:
    def __init__(self, prices):
        self.prices = prices

    @property
    def total(self):
        return sum(price * 1.2 for price in self.prices)

    def shares(self):
        return [price / self.total for price in self.prices]
```

## Use instead
```python
class Basket:
    def __init__(self, prices):
        self.prices = prices

    @property
    def total(self):
        return sum(price * 1.2 for price in self.prices)

    def shares(self):
        total = self.total
        return [price / total for price in self.prices]
```

## When it is unsafe
When something that the loop calls changes what the property is computed from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.sizes import is_of_dimensions
from velox_engine.source.syntax import Node, captures, compile_query

_READS = compile_query("(attribute object: (identifier) @self attribute: (identifier) @name) @read")
_KEEPS = re.compile(rb"\bself\.\w+(?:\[[^\]]*\])?\s*=(?!=)")
_CHANGES = re.compile(rb"\bself\.\w+(?:\.\w+)*\s*(?:[-+*/|&]?=(?!=)|\()|[(,]\s*self\s*[,)]")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) return [price / self.total for price in self.prices]"""
    definition = node.child_by_field_name("definition")
    decorators = [context.text(child) for child in node.named_children if child.type == "decorator"]
    if definition is None or definition.type != "function_definition" or decorators != ["@property"]:
        return
    owner = context.region(node)
    inside = [
        loop
        for kind in ("for", "while", "comprehension")
        for loop in context.regions.of_kind(kind)
        if definition.start_byte < loop.start < definition.end_byte and not context.is_small_loop(loop)
    ]
    if (
        owner is None
        or owner.kind != "class"
        or not inside
        or (inside[0].kind != "comprehension" and _leaves(inside))
    ):
        return
    name = context.text(definition.child_by_field_name("name"))
    if is_of_dimensions(name):
        return
    if _KEEPS.search(context.data[definition.start_byte : definition.end_byte]):
        return  # what it found is kept, so that the next time is quick
    if f"self.{name}".encode() not in context.data[owner.start : owner.end]:
        return
    found = captures(_READS, owner.node)
    told: set[int] = set()
    for read in found.get("read", ()):
        if (
            context.text(read) != f"self.{name}"
            or definition.start_byte < read.start_byte < definition.end_byte
        ):
            continue
        parent = read.parent
        if parent is not None and parent.type == "assignment" and parent.child_by_field_name("left") == read:
            continue
        loops = context.repeats(read)
        if (
            loops
            and loops[0].start not in told
            and context.is_tight(loops[0])
            and not _CHANGES.search(context.data[loops[0].start : loops[0].end])
        ):
            told.add(loops[0].start)
            yield Hit(
                read,
                f"`self.{name}` is a property with a loop of its own, run again in each turn of "
                f"{context.describe(loops[0])}: O(n·m)",
            )


def _leaves(loops: list[Region]) -> bool:
    """Whether the property only searches: a `return` inside its loop ends it early as a rule."""
    return any(b"return" in loop.node.text for loop in loops if loop.node.text)


RULE = Rule(
    id="VX314",
    name="property-in-loop",
    check=check,
    family="invariant",
    cost="O(n·m)",
    strategy="property-once",
    action="loop_invariant_hoisting",
    many=True,
    patterns=("(decorated_definition)",),
    severity="warning",
    benchmark=Benchmark(
        "Basket(prices).shares()",
        "prices = list(range(1, 200))",
    ),
    doc=__doc__ or "",
)
