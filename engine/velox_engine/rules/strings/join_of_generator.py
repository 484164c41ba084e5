"""Generator handed to `join`.

## What it does
Finds `"".join(... for ...)`.

## Why it is slow
`join` needs to know the length, so it makes a list of the generator first, one resumption for each element; a list
comprehension makes it directly.

## Example
```python
def render(values):
    return ",".join(value.strip() for value in values)
```

## Use instead
```python
def render(values):
    return ",".join([value.strip() for value in values])
```

## When it is unsafe
Never for the result; both hold all pieces at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, receiver
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) ",".join(str(v) for v in values)"""
    given = node.child_by_field_name("arguments")
    owner = receiver(node)
    if given is None or given.type != "generator_expression" or owner is None:
        return
    if context.kind(owner).name not in ("str", "bytes"):
        return
    clause = next((child for child in given.named_children if child.type == "for_in_clause"), None)
    iterable = clause.child_by_field_name("right") if clause is not None else None
    if iterable is None or context.is_small(iterable):
        return
    if not context.is_cold(node) and not context.is_told(node):
        yield Hit(
            given,
            "`join` turns the generator into a list before it starts, one resumption for each element; "
            "a list comprehension is that list",
            subject=iterable,
            doubtful=_is_window(iterable)
            or not context.is_quick(given, beside=iterable)
            or (not context.repeats(node) and not _is_text(iterable, context)),
        )


def _is_window(iterable: Node) -> bool:
    """Ex) `tokens[i : i + size]`, a few at a time"""
    part = iterable.child_by_field_name("subscript") if iterable.type == "subscript" else None
    return part is not None and part.type == "slice" and part.named_child_count > 1


def _is_text(iterable: Node, context: Context) -> bool:
    """Whether what is joined outside of any loop are characters or pairs of them: `"".join(f(c) for c in text)`."""
    parts = arguments(iterable) if iterable.type == "call" else [iterable]
    return any(context.kind(part).name in ("str", "bytes") for part in parts)


RULE = Rule(
    id="VX205",
    name="join-of-generator",
    check=check,
    family="string",
    cost="O(n)",
    strategy="built-directly",
    action="builtin_substitution",
    many=True,
    methods=("join",),
    severity="hint",
    benchmark=Benchmark("render(values)", "values = [str(i) for i in range(1000)]"),
    doc=__doc__ or "",
)
