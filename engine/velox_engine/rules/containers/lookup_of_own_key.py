"""Dict walked by its keys, and each value looked up.

## What it does
Finds `for key in mapping:` where the body reads `mapping[key]`.

## Why it is slow
The look-up hashes and compares a key that the walk has just come from; `items()` gives both at once.

## Example
```python
def dear(prices: dict[str, int], limit: int) -> list[tuple[str, int]]:
    return [(name, prices[name]) for name in prices if prices[name] > limit]
```

## Use instead
```python
def dear(prices: dict[str, int], limit: int) -> list[tuple[str, int]]:
    return [(name, price) for name, price in prices.items() if price > limit]
```

## When it is unsafe
A body that gives the entry a new value reads the old one afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_stable_name, method_name, receiver
from velox_engine.source.kinds import MAPPINGS
from velox_engine.source.syntax import Node, captures, compile_query

_SUBSCRIPTS = compile_query("(subscript) @place")
_WRITES = frozenset({"assignment", "augmented_assignment", "delete_statement", "pattern_list"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for name in prices: result += prices[name]"""
    key, walked = node.child_by_field_name("left"), node.child_by_field_name("right")
    if key is None or walked is None or key.type != "identifier":
        return
    if walked.type == "call" and method_name(walked, context) == "keys" and not arguments(walked):
        walked = receiver(walked) or walked
    if walked.type not in ("identifier", "attribute"):
        return
    whole = node if node.type == "for_statement" else node.parent
    wanted = f"{context.text(walked)}[{context.text(key)}]"
    if whole is None or context.data.find(wanted.encode(), *whole.byte_range) < 0:
        return
    if context.kind(walked).name not in MAPPINGS or not is_stable_name(walked) or context.is_small(walked):
        return
    reads = 0
    for place in captures(_SUBSCRIPTS, whole).get("place", ()):
        if context.text(place) != wanted:
            continue
        parent = place.parent
        if parent is None or _is_written(place, parent):
            return
        reads += not _leaves_after(place, whole)
    loop = context.regions.at(whole.start_byte, whole.start_byte + 1)
    if loop is None or loop.start != whole.start_byte:
        return
    if reads and context.is_tight(loop) and not context.is_small_loop(loop):
        yield Hit(walked, f"`{wanted}` looks up what the walk has at hand; `items()` gives key and value")


def _leaves_after(place: Node, loop: Node) -> bool:
    """Whether the loop is left by the block that reads the value, which is so read once."""
    parent = place.parent
    while parent is not None and parent.id != loop.id:
        if parent.type == "block" and parent.named_children[-1].type in (
            "break_statement",
            "return_statement",
        ):
            return True
        parent = parent.parent
    return False


def _is_written(place: Node, parent: Node) -> bool:
    if parent.type in ("assignment", "augmented_assignment"):
        left = parent.child_by_field_name("left")
        return left is not None and left.id == place.id
    return parent.type in _WRITES


RULE = Rule(
    id="VX126",
    name="lookup-of-own-key",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="own-key",
    action="loop_restructuring",
    patterns=(
        "(for_statement)",
        "(for_in_clause)",
    ),
    severity="hint",
    benchmark=Benchmark("dear(prices, 100)", "prices = {str(i): i for i in range(1000)}"),
    doc=__doc__ or "",
)
