"""Text of each element made by a comprehension for `join`.

## What it does
Finds `join([str(x) for x in xs])` and the same with a generator.

## Why it is slow
The comprehension calls `str` from bytecode for each element; `map(str, xs)` does it in C.

## Example
```python
def render(values):
    return ",".join([str(value) for value in values])
```

## Use instead
```python
def render(values):
    return ",".join(map(str, values))
```

## When it is unsafe
Not where `str` is a name of one's own that returns nothing textual.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) ",".join([str(value) for value in values])"""
    holder = node.child_by_field_name("arguments")
    if holder is not None and holder.type == "generator_expression":
        made: Node | None = holder
    else:
        given = arguments(node)
        made = given[0] if len(given) == 1 else None
    if made is None or made.type not in ("generator_expression", "list_comprehension"):
        return
    if is_text_of_each(made, context) and not context.is_cold(node):
        yield Hit(made, "`str` is called from bytecode for each element; `map(str, …)` calls it in C")


def is_text_of_each(made: Node, context: Context) -> bool:
    """Whether a comprehension is `str(x) for x in …` and nothing else."""
    parts = [child for child in made.named_children if child.type != "comment"]
    if len(parts) != 2 or parts[0].type != "call" or parts[1].type != "for_in_clause":
        return False
    if context.text(parts[1]).startswith("async"):
        return False
    given = arguments(parts[0])
    left = parts[1].child_by_field_name("left")
    return (
        len(given) == 1
        and given[0].type == "identifier"
        and context.text(given[0]) == context.text(left)
        and not has_splat(parts[0])
        and context.origin(parts[0].child_by_field_name("function")) == "str"
    )


RULE = Rule(
    id="VX210",
    name="str-of-each-in-join",
    check=check,
    family="string",
    cost="O(n)",
    strategy="sum-loop",
    action="builtin_substitution",
    methods=("join",),
    severity="hint",
    enabled=False,
    benchmark=Benchmark(
        "render(values)",
        "values = list(range(1000))",
    ),
    doc=__doc__ or "",
)
