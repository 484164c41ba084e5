"""Dict copied into another entry by entry.

## What it does
Finds `for key, value in source.items(): target[key] = value` where the target already exists.

## Why it is slow
`update` copies in C.

## Example
```python
def overlay(base: dict, extra: dict) -> dict:
    for key, value in extra.items():
        base[key] = value
    return base
```

## Use instead
```python
def overlay(base: dict, extra: dict) -> dict:
    base.update(extra)
    return base
```

## When it is unsafe
A class that overrides `__setitem__` may not have its method called by `update`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import alternatives, arguments, assigned, body, method_name, previous_statement
from velox_engine.source.syntax import Node

_COMMENT = re.compile(rb"^[ \t]*#", re.MULTILINE)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for k, v in extra.items(): base[k] = v"""
    steps = body(node)
    parts = assigned(steps[0], context) if len(steps) == 1 and not alternatives(node) else None
    target, iterable = node.child_by_field_name("left"), node.child_by_field_name("right")
    if parts is None or target is None or iterable is None or iterable.type != "call":
        return
    if method_name(iterable, context) != "items" or arguments(iterable):
        return
    pair = [context.text(child) for child in target.named_children]
    owner, key = parts[0].child_by_field_name("value"), parts[0].child_by_field_name("subscript")
    if owner is not None and owner.type in ("parenthesized_expression", "call"):
        return  # Ex) `(known if k in names else unknown)[k] = v`, `locals()[k] = v`
    if not {context.text(part) for part in context.names_in(owner or target)}.isdisjoint(pair):
        return  # Ex) `found[kind(k)][k] = v` fills another dict for each kind
    if len(pair) != 2 or [context.text(key), context.text(parts[1])] != pair or owner is None:
        return
    if owner.type == "attribute" and _is_something_else(owner, context):
        return
    if context.kind(owner).name not in ("dict", "OrderedDict") or context.is_small(iterable):
        return
    name = context.text(owner)
    before = assigned(previous_statement(node), context)
    if _COMMENT.search(context.data, node.start_byte, node.end_byte):
        return  # a comment tells of what else is to be done here
    if context.outlives(node) or (before is not None and context.text(before[0]) == name):
        return
    yield Hit(node, f"`{name}` is filled entry by entry from another dict; `{name}.update(…)` copies in C")


def _is_something_else(owner: Node, context: Context) -> bool:
    """Whether the file gives the attribute another value than a dict: a mapping whose `update` is written in Python."""
    name = re.escape(context.text(owner.child_by_field_name("attribute")).encode())
    return re.search(rb"\.%s(?:: [^=\n]+)? = (?!\{|dict\()" % name, context.data) is not None


RULE = Rule(
    id="VX119",
    name="dict-copied-by-loop",
    check=check,
    family="copy",
    cost="O(n)",
    strategy="dict-update",
    action="in_place_update",
    patterns=("(for_statement body: (block . (expression_statement (assignment left: (subscript)))))",),
    severity="hint",
    benchmark=Benchmark(
        "overlay({}, extra)",
        "extra = {str(i): i for i in range(1000)}",
    ),
    doc=__doc__ or "",
)
