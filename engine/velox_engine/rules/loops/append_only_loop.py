"""Loop that only appends to a fresh list.

## What it does
Finds a list that is made empty right before a loop whose whole body is one `append`, perhaps under one `if`.

## Why it is slow
Each turn looks up and calls a method; a comprehension appends with one instruction.

## Example
```python
def squares(values):
    result = []
    for value in values:
        result.append(value * value)
    return result
```

## Use instead
```python
def squares(values):
    return [value * value for value in values]
```

## When it is unsafe
An exception half-way leaves no partial list, and the loop's variable is not left behind.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import (
    alternatives,
    arguments,
    assigned,
    body,
    consequence,
    is_empty_list,
    next_statement,
    only_call,
    previous_statement,
    receiver,
)
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) out = [] / for x in xs: out.append(f(x))"""
    if alternatives(node) or context.data.startswith(b"async", node.start_byte):
        return
    call = _only_append(node, context)
    if call is None:
        return
    owner, given = receiver(call), arguments(call)
    if owner is None or owner.type != "identifier" or len(given) != 1 or given[0].type == "list_splat":
        return
    name = context.text(owner)
    start = assigned(previous_statement(node), context)
    if start is None or context.text(start[0]) != name or not is_empty_list(start[1], context):
        return
    iterable = node.child_by_field_name("right")
    if iterable is None or context.is_small(iterable):
        return
    text = context.data[node.start_byte : node.end_byte]
    if b"await" in text or b"yield" in text or b":=" in text:
        return
    scope = context.scope(node)
    if name in scope.shared:
        return
    inside = [use for use in scope.uses(name) if node.start_byte <= use.start_byte < node.end_byte]
    if len(inside) != 1 or context.outlives(node):
        return
    if _is_about_errors(name, next_statement(node), context):
        return
    plain = context.text(given[0]) == context.text(node.child_by_field_name("left"))
    if plain and len(body(node)) == 1 and body(node)[0].type == "expression_statement":
        what = f"`list({context.short(iterable)})` copies it in C"
    else:
        what = "a comprehension appends with one instruction"
    yield Hit(node, f"the loop only appends to `{name}`, a method call for each element; {what}")


def _is_about_errors(name: str, following: Node | None, context: Context) -> bool:
    """Ex) `if wrong: raise ValueError(wrong)` comes next: there are none of them as a rule, so nothing is appended."""
    if following is None or following.type != "if_statement":
        return False
    steps = consequence(following)
    return (
        context.text(following.child_by_field_name("condition")) in (name, f"len({name})", f"len({name}) > 0")
        and bool(steps)
        and steps[-1].type == "raise_statement"
    )


def _only_append(node: Node, context: Context) -> Node | None:
    steps = body(node)
    # Nested loops and one condition each turn into clauses of the comprehension.
    for _ in range(3):
        if len(steps) != 1:
            return None
        step = steps[0]
        call = only_call(step, "append", context)
        if call is not None:
            return call
        if alternatives(step):
            return None
        if step.type == "if_statement":
            steps = consequence(step)
        elif step.type == "for_statement" and not context.data.startswith(b"async", step.start_byte):
            steps = body(step)
        else:
            return None
    return None


RULE = Rule(
    id="VX301",
    name="append-only-loop",
    check=check,
    family="comprehension",
    cost="O(n)",
    patterns=("(for_statement)",),
    strategy="list-comprehension",
    action="comprehension",
    severity="hint",
    benchmark=Benchmark(
        "positive(values)",
        "values = list(range(-500, 500))",
        before=(
            "def positive(values):\n"
            "    result = []\n"
            "    for value in values:\n"
            "        if value > 0:\n"
            "            result.append(value)\n"
            "    return result\n"
        ),
        after="def positive(values):\n    return [value for value in values if value > 0]\n",
    ),
    doc=__doc__ or "",
)
