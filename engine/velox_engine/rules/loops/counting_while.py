"""Counting loop written with `while`.

## What it does
Finds `while i < n` whose last statement is `i += 1` and that changes neither otherwise.

## Why it is slow
Each turn compares and adds in bytecode; `range` counts in C.

## Example
```python
def total(n: int) -> int:
    result, i = 0, 0
    while i < n:
        result += i * i
        i += 1
    return result
```

## Use instead
```python
def total(n: int) -> int:
    result = 0
    for i in range(n):
        result += i * i
    return result
```

## When it is unsafe
After the loop the counter has another value, or none when the loop never ran.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    body,
    comparison,
    expression_of,
    strip_parentheses,
)
from velox_engine.rules.sizes import SMALL
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while i < n: ...; i += 1"""
    parts = comparison(node.child_by_field_name("condition"), context)
    steps = body(node)
    if parts is None or parts[1] not in ("<", "<=") or parts[0].type != "identifier" or len(steps) < 2:
        return
    name = context.text(parts[0])
    if context.text(expression_of(steps[-1])).replace(" ", "") != f"{name}+=1" or alternatives(node):
        return
    region = context.regions.at(node.start_byte, node.start_byte + 1)
    if region is None or region.start != node.start_byte or region.kind != "while":
        return
    scope = context.scope(node)
    inside = [binding for binding in scope.bindings(name) if region.start <= binding.start < region.end]
    limit = strip_parentheses(parts[2])
    text = context.data[node.start_byte : node.end_byte]
    if len(inside) != 1 or limit is None or b"continue" in text or b"break" in text or name in scope.shared:
        return
    later = [use for use in scope.uses(name) if use.start_byte >= node.end_byte]
    if scope.is_module or (
        later and not any(node.end_byte <= b.start <= later[0].start_byte for b in scope.bindings(name))
    ):
        return
    if not context.is_tight(region) or not _is_fixed(limit, region, context):
        return
    if b"yield" in text or not context.is_quick(node, beside=node):
        return  # what a turn does takes far longer than counting it
    yield Hit(node, f"`{name}` is compared and counted up in bytecode in each turn; `range` counts in C")


def _is_fixed(limit: Node, region: Region, context: Context) -> bool:
    if limit.type == "integer":
        value = context.integer(limit)
        return value is None or value > SMALL
    if limit.type == "identifier":
        return not context.may_change(context.text(limit), region, context.kind(limit))
    if limit.type == "call" and context.origin(limit.child_by_field_name("function")) == "len":
        given = arguments(limit)
        return (
            len(given) == 1
            and given[0].type == "identifier"
            and not context.may_change(context.text(given[0]), region, context.kind(given[0]))
        )
    return False


RULE = Rule(
    id="VX308",
    name="counting-while",
    check=check,
    family="numeric",
    cost="O(n)",
    strategy="counted-while",
    action="loop_restructuring",
    patterns=("(while_statement condition: (comparison_operator))",),
    severity="hint",
    benchmark=Benchmark("total(1000)"),
    doc=__doc__ or "",
)
