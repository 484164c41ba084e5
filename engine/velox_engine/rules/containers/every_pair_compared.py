"""Every element compared with every other.

## What it does
Finds two nested loops over the same sequence whose innermost `if` asks whether two elements are equal, add up to
something, or lie close together.

## Why it is slow
All pairs are O(n²). A set or dict of what was seen finds an equal element or a partner at once; in a sorted copy the
closest are neighbours.

## Example
```python
def has_pair(values: list[int], total: int) -> bool:
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if values[i] + values[j] == total:
                return True
    return False
```

## Use instead
```python
def has_pair(values: list[int], total: int) -> bool:
    seen = set()
    for value in values:
        if total - value in seen:
            return True
        seen.add(value)
    return False
```

## When it is unsafe
The elements must be hashable, or have an order. Where all pairs are wanted, their number itself is O(n²).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, body, comparison
from velox_engine.source.syntax import Node, captures, compile_query

_IFS = compile_query("(if_statement) @if")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for i in range(len(xs)): for j in range(i + 1, len(xs)): if xs[i] + xs[j] == total: ..."""
    steps = body(node)
    inner = steps[0] if len(steps) == 1 else None
    if inner is None or inner.type != "for_statement":
        return
    one, two = _walked(node, context), _walked(inner, context)
    if one is None or two is None or one[0] != two[0] or one[1] == two[1]:
        return
    inner_steps = body(inner)
    if len(inner_steps) != 1 or inner_steps[0].type != "if_statement" or alternatives(inner_steps[0]):
        return
    for step in captures(_IFS, inner_steps[0]).get("if", ()):
        condition = step.child_by_field_name("condition")
        tested = comparison(condition, context)
        if tested is None or condition is None:
            continue
        if alternatives(step):
            return  # unequal pairs count too, so that each must be looked at
        text = context.text(condition).replace(" ", "")
        if "." in text:
            return  # Ex) `atoms[i].index == atoms[j].index`: objects are a handful
        close = tested[1] in ("<", "<=") and text.startswith("abs(")
        if (tested[1] == "==" or close) and one[1] in text and two[1] in text and _plain(tested[0]):
            instead = (
                "sorted, the closest are neighbours" if close else "a set of what was seen answers in O(1)"
            )
            right = node.child_by_field_name("right")
            named = (name for name in context.names_in(right or node) if context.text(name) == one[0])
            yield Hit(
                node, f"every pair of `{one[0]}` is compared: O(n²); {instead}", subject=next(named, None)
            )
            return


def _walked(loop: Node, context: Context) -> tuple[str, str] | None:
    """The sequence that a loop walks, and how its body writes the element: ("xs", "x") or ("xs", "xs[i]")."""
    left, right = loop.child_by_field_name("left"), loop.child_by_field_name("right")
    if left is None or right is None or context.is_small(right):
        return None
    target, text = context.text(left), context.text(right).replace(" ", "")
    found = re.fullmatch(r"range\((?:\w+(?:\+1)?,)?len\((\w+)\)(?:-1)?\)", text)
    if found is not None and left.type == "identifier":
        return found[1], f"{found[1]}[{target}]"
    found = re.fullmatch(r"enumerate\((\w+)\)", text)
    if found is not None and left.type == "pattern_list" and len(left.named_children) == 2:
        return found[1], context.text(left.named_children[1])
    found = re.fullmatch(r"(\w+)(?:\[\w+(?:\+1)?:\])?", text)
    return (found[1], target) if found is not None and left.type == "identifier" else None


def _plain(side: Node) -> bool:
    """Whether one side of a comparison is an element, or a sum, difference or distance of two."""
    return side.type in ("identifier", "subscript", "binary_operator", "call")


RULE = Rule(
    id="VX127",
    name="every-pair-compared",
    check=check,
    family="membership",
    cost="O(n²)",
    strategy="pair-counting",
    action="algorithm_change",
    many=True,
    patterns=("(for_statement body: (block . (for_statement) .))",),
    benchmark=Benchmark(
        "has_pair(values, -1)",
        "values = list(range(300))",
    ),
    doc=__doc__ or "",
)
