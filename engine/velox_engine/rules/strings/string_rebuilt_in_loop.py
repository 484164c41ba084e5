"""One character of a string replaced by rebuilding the string.

## What it does
Finds `s = s[:i] + c + s[i + 1:]` inside a loop.

## Why it is slow
A string cannot change, so every turn copies all of it: O(n²). A list of characters changes in place and is joined
once.

## Example
```python
def mask(text: str, positions: list[int]) -> str:
    for position in positions:
        text = text[:position] + "*" + text[position + 1:]
    return text
```

## Use instead
```python
def mask(text: str, positions: list[int]) -> str:
    characters = list(text)
    for position in positions:
        characters[position] = "*"
    return "".join(characters)
```

## When it is unsafe
A slice past the end is empty, an index past the end raises; replacements longer than one character shift what
follows.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) text = text[:i] + "*" + text[i + 1:]"""
    target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if target is None or value is None:
        return
    name = context.text(target)
    pieces: list[Node] = []
    while value is not None and value.type == "binary_operator":
        right = value.child_by_field_name("right")
        if context.text(value.child_by_field_name("operator")) != "+" or right is None:
            return
        pieces.append(right)
        value = value.child_by_field_name("left")
    if value is None or not pieces:
        return
    pieces.append(value)
    slices = [
        piece
        for piece in pieces
        if piece.type == "subscript"
        and context.text(piece.child_by_field_name("value")) == name
        and ":" in context.text(piece.child_by_field_name("subscript"))
    ]
    if len(slices) < 2 or context.kind(target).name not in ("str", "list", "bytes"):
        return
    loops = context.repeats(node)
    if not loops or any(
        loops[0].start <= binding.start < loops[0].end and binding.statement.start_byte != node.start_byte
        for binding in context.scope(target).bindings(name)
    ):
        return
    yield Hit(
        node,
        f"`{name}` is cut up and copied whole in each turn of {context.describe(loops[0])}: O(n²); "
        "change a list in place and join it once",
    )


RULE = Rule(
    id="VX207",
    name="string-rebuilt-in-loop",
    check=check,
    family="string",
    cost="O(n²)",
    by_hand="A slice past the end is empty where an item of a list is an error, and the positions are not known.",
    patterns=("(assignment left: (identifier) right: (binary_operator))",),
    in_loop=True,
    severity="warning",
    enabled=False,  # how many pieces are replaced is not told, and a few are the rule
    benchmark=Benchmark(
        "mask(text, positions)",
        ("text = 'x' * 10000\npositions = list(range(0, 10000, 20))"),
    ),
    doc=__doc__ or "",
)
