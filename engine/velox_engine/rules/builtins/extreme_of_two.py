"""`max` or `min` called for two values in a tight loop.

## What it does
Finds `best = max(best, value)` and the same with `min` in a loop that does little else: what it calls besides is quick.

## Why it is slow
The call costs several times the comparison that it makes, and stores the old value again as a rule.

## Example
```python
def deepest(text: str) -> int:
    depth = best = 0
    for c in text:
        if c == "(":
            depth += 1
            best = max(best, depth)
        elif c == ")":
            depth -= 1
    return best
```

## Use instead
```python
def deepest(text: str) -> int:
    depth = best = 0
    for c in text:
        if c == "(":
            depth += 1
            if depth > best:
                best = depth
        elif c == ")":
            depth -= 1
    return best
```

## When it is unsafe
Of equal values `max` keeps its first argument, and so must the comparison. NaN compares as false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.evidence import is_evident
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, has_splat, keywords
from velox_engine.source.syntax import Node

# Ex) `weights[start:end] += 1`, `int(text)`, `try:`, `x.replace(...)`: what takes longer than the call by itself
_OUTWEIGHED = re.compile(rb"\[[^\]\n]*:[^\]\n]*\]|\b(?:int|float|str|try|sum)\b")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) best = max(best, depth)"""
    given, parent = arguments(node), node.parent
    if len(given) != 2 or keywords(node, context) or has_splat(node) or parent is None:
        return
    left = parent.child_by_field_name("left") if parent.type == "assignment" else None
    if left is None or left.type != "identifier":
        return
    name = context.text(left)
    if name not in (context.text(given[0]), context.text(given[1])):
        return
    if any(context.kind(one).name in ("ndarray", "series", "dataframe") for one in given):
        return
    loops = context.repeats(node)
    if not loops or loops[0].kind != "for" or context.function(node) is None:
        return
    if _OUTWEIGHED.search(context.data, loops[0].start, loops[0].end):
        return
    if context.is_tight(loops[0]) and context.is_quick(loops[0].node, beside=node):
        word = context.text(node.child_by_field_name("function"))
        sign = ">" if word == "max" else "<"
        value = given[1] if context.text(given[0]) == name else given[0]
        if "(" in context.text(value):
            return  # it would have to be computed twice, or named first
        other = context.short(value, 20)
        yield Hit(node, f"a call for each turn to compare two values; `if {other} {sign} {name}:` needs none",
                  doubtful=not (_is_hot(loops, context) and context.is_self_contained(node)
                            and is_evident(context, node, None)))  # fmt: skip


def _is_hot(loops: list[Region], context: Context) -> bool:
    """Whether the loop counts, stands in another, or walks what the function is given."""
    iterable = context.iterable(loops[0])
    if len(loops) > 1 or iterable is None:
        return True
    if iterable.type == "call":
        if context.text(iterable.child_by_field_name("function")) == "range":
            return True
        given = arguments(iterable)
        iterable = given[0] if given else iterable
    bindings = context.inference(iterable).lookup(context.text(iterable))
    return any(one.how == "parameter" for one in bindings)


RULE = Rule(
    id="VX515",
    name="extreme-of-two",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="compare-extremes",
    action="builtin_substitution",
    calls=(
        "max",
        "min",
    ),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "deepest(text)",
        "text = '((()())(()))' * 50",
    ),
    doc=__doc__ or "",
)
