"""Sequence compared with its mirror image index by index.

## What it does
Finds loops that compare `x[i]` with `x[len(x) - 1 - i]` or `x[-1 - i]` and return at the first difference.

## Why it is slow
Two look-ups and some arithmetic in bytecode for each element. `x == x[::-1]` does it in C.

## Example
```python
def is_palindrome(text: str) -> bool:
    for i in range(len(text) // 2):
        if text[i] != text[len(text) - 1 - i]:
            return False
    return True
```

## Use instead
```python
def is_palindrome(text: str) -> bool:
    return text == text[::-1]
```

## When it is unsafe
The copy costs memory, and a difference at the very ends is found later than by the loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, body, comparison, consequence
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in range(len(text)): if text[i] != text[-1 - i]: return False"""
    steps, index = body(node), context.text(node.child_by_field_name("left"))
    if len(steps) != 1 or steps[0].type != "if_statement" or alternatives(steps[0]):
        return
    tested = comparison(steps[0].child_by_field_name("condition"), context)
    guarded = consequence(steps[0])
    if tested is None or tested[1] != "!=" or len(guarded) != 1 or guarded[0].type != "return_statement":
        return
    one, two = context.text(tested[0]).replace(" ", ""), context.text(tested[2]).replace(" ", "")
    first, second = (one, two) if one.endswith(f"[{index}]") else (two, one)
    name = first.removesuffix(f"[{index}]")
    if not name.isidentifier() or name == first:
        return
    mirrored = (
        f"len({name})-1-{index}",
        f"len({name})-{index}-1",
        f"-1-{index}",
        f"-{index}-1",
        f"~{index}",
        f"-({index}+1)",
    )
    if second in {f"{name}[{place}]" for place in mirrored}:
        yield Hit(
            node,
            f"`{name}` is compared with its mirror image in bytecode; `{name} == {name}[::-1]` does it in C",
        )


RULE = Rule(
    id="VX213",
    name="mirror-compared-by-index",
    check=check,
    family="string",
    cost="O(n)",
    strategy="mirror-compare",
    action="loop_restructuring",
    patterns=("(for_statement left: (identifier) right: (call))",),
    benchmark=Benchmark(
        "is_palindrome(text)",
        "text = 'abcdefghij' * 20 + 'jihgfedcba' * 20",
    ),
    doc=__doc__ or "",
)
