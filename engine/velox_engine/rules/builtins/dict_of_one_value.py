"""Dict with the same constant for each key.

## What it does
Finds `{key: constant for key in keys}`.

## Why it is slow
Each entry passes through bytecode. `dict.fromkeys` fills the dict in C.

## Example
```python
def flags(names):
    return {name: False for name in names}
```

## Use instead
```python
def flags(names):
    return dict.fromkeys(names, False)
```

## When it is unsafe
Never for constants. A list or dict as value would be shared by all keys, which is why those are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import is_constant
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) {name: False for name in names}"""
    parts = [child for child in node.named_children if child.type != "comment"]
    if len(parts) != 2 or parts[1].type != "for_in_clause" or context.text(parts[1]).startswith("async"):
        return
    left, right = parts[1].child_by_field_name("left"), parts[1].child_by_field_name("right")
    key, value = parts[0].child_by_field_name("key"), parts[0].child_by_field_name("value")
    if left is None or right is None or context.is_small(right) or not is_constant(value):
        return
    if left.type == "identifier" and context.text(key) == context.text(left):
        yield Hit(
            node,
            "each entry passes through bytecode; "
            f"`dict.fromkeys({context.short(right)}, {context.short(value)})` fills the dict in C",
            doubtful=context.function(node) is None,  # once, at import
        )


RULE = Rule(
    id="VX513",
    name="dict-of-one-value",
    check=check,
    family="comprehension",
    cost="O(n)",
    strategy="built-directly",
    action="builtin_substitution",
    patterns=("(dictionary_comprehension)",),
    severity="hint",
    benchmark=Benchmark(
        "flags(names)",
        "names = [str(i) for i in range(1000)]",
    ),
    doc=__doc__ or "",
)
