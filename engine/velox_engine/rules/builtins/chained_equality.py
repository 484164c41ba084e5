"""Value compared with one constant after the other.

## What it does
Finds at least three `x == constant` joined by `or` in a loop.

## Why it is slow
Each comparison looks the value up again; `in` with a set of the constants hashes it once.

## Example
```python
def vowels(text: str) -> int:
    count = 0
    for c in text:
        if c == "a" or c == "e" or c == "i" or c == "o" or c == "u":
            count += 1
    return count
```

## Use instead
```python
def vowels(text: str) -> int:
    count = 0
    for c in text:
        if c in {"a", "e", "i", "o", "u"}:
            count += 1
    return count
```

## When it is unsafe
Values without a hash can only be searched for in a tuple.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import comparison, is_constant, is_stable_name
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) if c == "a" or c == "e" or c == "i": ..."""
    parent = node.parent
    if parent is not None and parent.type == "boolean_operator":
        return  # the outermost is asked
    compared: list[str] = []
    pending = [node]
    while pending:
        one = pending.pop()
        if one.type == "boolean_operator":
            if context.text(one.child_by_field_name("operator")) != "or":
                return
            pending += (child for child in one.named_children if child.type != "comment")
            continue
        tested = comparison(one, context)
        if tested is None or tested[1] != "==" or not is_constant(tested[2]) or not is_stable_name(tested[0]):
            return
        compared.append(context.text(tested[0]))
    if len(compared) >= 3 and len(set(compared)) == 1 and context.repeats(node):
        yield Hit(
            node,
            f"`{compared[0]}` is compared with {len(compared)} constants one after the other in each turn; "
            "`in` with a set of them asks once",
        )


RULE = Rule(
    id="VX514",
    name="chained-equality",
    check=check,
    family="membership",
    cost="O(n)",
    strategy="constant-membership",
    action="precomputation",
    patterns=('(boolean_operator operator: "or")',),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "vowels(text)",
        "text = 'the quick brown fox jumps over the lazy dog ' * 20",
    ),
    doc=__doc__ or "",
)
