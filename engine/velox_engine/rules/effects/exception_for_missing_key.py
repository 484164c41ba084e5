"""Exception raised and caught for each missing key.

## What it does
Finds `try: x = d[key]` with `except KeyError: x = constant` in a loop.

## Why it is slow
Raising and catching costs many times a look-up. `d.get(key, constant)` answers either way at the same price.

## Example
```python
def sizes(names, known: dict[str, int]):
    result = []
    for name in names:
        try:
            size = known[name]
        except KeyError:
            size = 0
        result.append(size)
    return result
```

## Use instead
```python
def sizes(names, known: dict[str, int]):
    result = []
    for name in names:
        size = known.get(name, 0)
        result.append(size)
    return result
```

## When it is unsafe
Where keys are hardly ever missing `try` is a little faster. A defaultdict makes missing entries, `get` does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import assigned, body, is_constant, is_stable_name, statements
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) try: size = known[name] / except KeyError: size = 0"""
    handlers = [child for child in node.named_children if child.type == "except_clause"]
    others = [child.type for child in node.named_children if child.type in ("else_clause", "finally_clause")]
    steps = body(node)
    if len(handlers) != 1 or others or len(steps) != 1:
        return
    if [context.text(child) for child in handlers[0].named_children if child.type == "identifier"] != [
        "KeyError"
    ]:
        return
    block = [child for child in handlers[0].named_children if child.type == "block"]
    caught = statements(block[0]) if block else []
    taken, given = assigned(steps[0], context), assigned(caught[0], context) if len(caught) == 1 else None
    if taken is None or given is None or context.text(taken[0]) != context.text(given[0]):
        return
    if taken[1].type != "subscript" or not is_constant(given[1]):
        return
    container, key = taken[1].child_by_field_name("value"), taken[1].child_by_field_name("subscript")
    if container is None or key is None or not is_stable_name(container) or is_constant(key):
        return
    if context.kind(container).name in ("dict", "OrderedDict", "mapping") and context.repeats(node):
        name = context.short(container)
        yield Hit(node, f"each key that `{name}` lacks raises and catches; `{name}.get` answers without")


RULE = Rule(
    id="VX717",
    name="exception-for-missing-key",
    check=check,
    family="exception",
    cost="O(n)",
    strategy="get-with-default",
    action="exception_flow",
    patterns=("(try_statement)",),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "sizes(names, known)",
        ("names = [str(i) for i in range(1000)]\nknown = {str(i): i for i in range(0, 1000, 2)}"),
    ),
    doc=__doc__ or "",
)
