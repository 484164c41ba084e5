"""Bits counted by way of a string.

## What it does
Finds `bin(n).count("1")`.

## Why it is slow
A string of all digits is made and searched; `int.bit_count` counts machine words.

## Example
```python
def weight(n: int) -> int:
    return bin(n).count("1")
```

## Use instead
```python
def weight(n: int) -> int:
    return n.bit_count()
```

## When it is unsafe
Needs Python 3.10. Both ignore the sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name
from velox_engine.source.syntax import Node

# Ex) `bin(byte)`, `bin(b & 0xFE)`
_BYTE = re.compile(r"b|byte|octet")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) bin(n).count("1")"""
    attribute = node.parent
    if attribute is not None and attribute.type == "subscript":
        # Ex) bin(n)[2:].count("1")
        if context.text(attribute.child_by_field_name("subscript")).replace(" ", "") != "2:":
            return
        attribute = attribute.parent
    call = attribute.parent if attribute is not None and attribute.type == "attribute" else None
    if call is None or call.type != "call" or method_name(call, context) != "count":
        return
    given = arguments(call)
    if b"bit_count" in context.data:
        return  # this is what is done where there is none, before 3.10
    if any(_BYTE.fullmatch(context.text(name)) for name in context.names_in(node)):
        return  # eight digits
    if len(given) == 1 and context.text(given[0]) in ('"1"', "'1'"):
        yield Hit(
            call, "a string of all binary digits is made and searched; `int.bit_count` counts machine words"
        )


RULE = Rule(
    id="VX604",
    name="bit-count-by-text",
    check=check,
    family="numeric",
    cost="O(log n)",
    strategy="bit-count",
    action="builtin_substitution",
    calls=("bin",),
    benchmark=Benchmark(
        "weight(0x5A5A5A5A5A5A5A5)",
        python=(3, 10),
    ),
    doc=__doc__ or "",
)
