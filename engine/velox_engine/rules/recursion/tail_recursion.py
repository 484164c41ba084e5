"""Recursion that is a loop in disguise.

## What it does
Finds functions whose only calls of themselves are `return f(...)`.

## Why it is slow
Each step costs a call and a frame, and the depth is limited to about 1,000. A loop has neither.

## Example
```python
def power_of_two(n: int, result: int = 1) -> int:
    if n == 0:
        return result
    return power_of_two(n - 1, result * 2)
```

## Use instead
```python
def power_of_two(n: int, result: int = 1) -> int:
    while n:
        n, result = n - 1, result * 2
    return result
```

## When it is unsafe
Where a subclass or decorator replaces the function, each step goes through the replacement; a loop does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat, names_itself
from velox_engine.source.syntax import Node, captures, compile_query

_BOUNDED = frozenset({"depth", "level", "attempt", "attempts", "retries", "retry", "tries", "indent"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) return power(n - 1, result * 2)"""
    identifier, block = node.child_by_field_name("name"), node.child_by_field_name("body")
    if identifier is None or block is None or context.data.startswith(b"async", node.start_byte):
        return
    name = context.data[identifier.start_byte : identifier.end_byte]
    if name + b"(" not in context.data[block.start_byte : block.end_byte]:
        return
    parent = node.parent
    if parent is None or parent.type == "decorated_definition":
        return
    region = context.region(identifier)
    if region is None or (region.outer is not None and region.outer.kind == "class"):
        return
    calls = [
        call.parent
        for call in captures(compile_query("(call function: (identifier) @name)"), block).get("name", ())
        if context.text(call) == context.text(identifier)
    ]
    if not calls or len(context.scope(block).uses(context.text(identifier))) != len(calls) + 1:
        return
    if (
        b"yield" in context.data[block.start_byte : block.end_byte]
        or b"lambda" in context.data[block.start_byte : block.end_byte]
    ):
        return
    for call in calls:
        statement = call.parent if call is not None else None
        around = context.function(call) if call is not None else None
        if around is None or around.node.id != node.id:
            return  # Ex) the call is made by a function that this one defines
        if call is None or statement is None or statement.type != "return_statement" or has_splat(call):
            return
        # Walking down a structure (`return find(node.left)`) is short; counting down is as long as the number.
        # Putting something before a text (`parse("on " + date)`) happens once.
        if not any(
            value.type == "binary_operator" and not _is_bounded(value, context) for value in arguments(call)
        ):
            return
    shown = calls[0]
    if shown is not None:
        yield Hit(
            identifier,
            f"`{context.text(identifier)}` ends in `{context.short(shown)}`: one call and one frame for "
            "each step, limited to about 1,000; a loop does the same",
        )


def _is_bounded(value: Node, context: Context) -> bool:
    """Ex) `"on " + date`, `depth + 1`: the depth of a structure, or a number of attempts"""
    parts = value.named_children
    if all(part.type in ("subscript", "string") for part in parts):
        return True  # Ex) `line[:at] + line[at + 1 :]`: as deep as marks are found
    return any(
        part.type in ("string", "concatenated_string") or context.text(part) in _BOUNDED for part in parts
    )


RULE = Rule(
    id="VX403",
    name="tail-recursion",
    check=check,
    family="recursion",
    cost="O(n)",
    strategy="tail-recursion",
    action="recursion_to_iteration",
    patterns=("(function_definition)",),
    first=names_itself,
    severity="hint",
    enabled=False,  # how deep it goes is not told, and a few steps are the rule
    benchmark=Benchmark("power_of_two(300)"),
    doc=__doc__ or "",
)
