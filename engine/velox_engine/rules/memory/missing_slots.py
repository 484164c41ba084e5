"""Class without slots, of which a loop makes many objects.

## What it does
Finds classes of the same file without base classes and without `__slots__`, whose objects a loop or comprehension puts
into a list or dict.

## Why it is slow
Each object can take any attribute, and pays for it with memory. `__slots__` (or `@dataclass(slots=True)`) keeps the
named ones only.

## Example
```python
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

def grid(n: int):
    return [Point(x, y) for x in range(n) for y in range(n)]
```

## Use instead
```python
class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

def grid(n: int):
    return [Point(x, y) for x in range(n) for y in range(n)]
```

## When it is unsafe
When some code gives the objects other attributes, or takes weak references to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import method_name
from velox_engine.source.syntax import Node

_CLASS = re.compile(rb"_*[A-Z]")
_OPEN = re.compile(
    rb"__slots__|__dict__|setattr|\bvars\(|cached_property|__getattr__|__getstate__|slots\s*=|__weakref__|weakref"
)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) [Point(x, y) for x in range(n) for y in range(n)]"""
    function = node.child_by_field_name("function")
    if function is None or not _CLASS.match(context.data, function.start_byte) or not _is_kept(node, context):
        return
    name = context.text(function)
    bindings = context.inference(node).lookup(name)
    if len(bindings) != 1 or bindings[0].how != "definition" or not context.repeats(node):
        return
    owner = context.module.inference.scope.definition(name)
    if (
        owner is None
        or owner.type != "class_definition"
        or owner.child_by_field_name("superclasses") is not None
    ):
        return
    holder = (
        owner.parent if owner.parent is not None and owner.parent.type == "decorated_definition" else owner
    )
    text = context.module.parsed.data[holder.start_byte : holder.end_byte]
    is_dataclass = holder is not owner and re.match(rb"@(?:dataclasses\.)?dataclass\b", text) is not None
    if _OPEN.search(text) or (holder is not owner and not is_dataclass):
        return
    if is_dataclass or (b"def __init__" in text and b"self." in text):
        instead = "`@dataclass(slots=True)`" if is_dataclass else "`__slots__`"
        yield Hit(
            node, f"each `{name}` of many can take any attribute and pays with memory; {instead} saves it"
        )


def _is_kept(node: Node, context: Context) -> bool:
    """Whether the new object goes into a container."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "argument_list":
        call = parent.parent
        return call is not None and method_name(call, context) in ("append", "add")
    return parent.type == "list_comprehension" or (
        parent.type == "pair"
        and parent.parent is not None
        and parent.parent.type == "dictionary_comprehension"
    )


RULE = Rule(
    id="VX802",
    name="missing-slots",
    check=check,
    family="memory",
    cost="O(n)",
    strategy="slotted-class",
    action="memory_layout",
    patterns=("(call function: (identifier))",),
    in_loop=True,
    severity="hint",
    enabled=False,  # how many objects there will be is not in the text
    benchmark=Benchmark(
        "len(grid(n))",
        "n = 100",
    ),
    doc=__doc__ or "",
)
