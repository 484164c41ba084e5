"""Text compared with a slice at every position.

## What it does
Finds `if text[i:i + len(part)] == part` inside `for i in range(...)`.

## Why it is slow
Each turn makes a new string. `find`, `count` and `in` search in C without copies.

## Example
```python
def occurrences(text: str, part: str) -> int:
    found = 0
    for i in range(len(text)):
        if text[i:i + len(part)] == part:
            found += 1
    return found
```

## Use instead
```python
def occurrences(text: str, part: str) -> int:
    found, at = 0, text.find(part)
    while at >= 0:
        found, at = found + 1, text.find(part, at + 1)
    return found
```

## When it is unsafe
`count` does not count overlapping occurrences; an empty part is found everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import comparison
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) if text[i:i + len(part)] == part"""
    parts = comparison(node, context)
    loops = context.repeats(node)
    if parts is None or parts[1] != "==" or not loops or loops[0].kind != "for":
        return
    piece, wanted = parts[0], context.text(parts[2])
    if piece.type != "subscript" or parts[2].type != "identifier":
        return
    bounds = re.fullmatch(
        r"(\w+):\1\+len\((\w+)\)", context.text(piece.child_by_field_name("subscript")).replace(" ", "")
    )
    owner = piece.child_by_field_name("value")
    if bounds is None or bounds[2] != wanted or bounds[1] not in context.loop_variables(loops[0]):
        return
    if context.kind(owner).name in ("str", "bytes") or context.kind(parts[2]).name in ("str", "bytes"):
        yield Hit(
            node,
            f"a new string is cut out of `{context.short(owner)}` at every position; "
            "`find` searches in C without copies",
        )


RULE = Rule(
    id="VX208",
    name="manual-substring-search",
    check=check,
    family="string",
    cost="O(n·m)",
    strategy="substring-checks",
    action="copy_elimination",
    patterns=('(comparison_operator (subscript subscript: (slice)) "==")',),
    in_loop=True,
    benchmark=Benchmark(
        "occurrences(text, part)",
        ("text = 'the quick brown fox jumps over the lazy dog ' * 20\npart = 'fox'"),
    ),
    doc=__doc__ or "",
)
