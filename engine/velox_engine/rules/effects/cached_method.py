"""Cache on a method, which keeps every object alive.

## What it does
Finds `functools.cache`, and `functools.lru_cache` without a number, on a method with `self`. Whoever gives a number has
said how many results may live on.

## Why it is slow
The cache belongs to the class and has `self` in its keys: objects are never freed while they are in it, and their
number limits what it can hold.

## Example
```python
from functools import lru_cache

class Report:
    @lru_cache(maxsize=None)
    def total(self) -> int:
        return sum(self.rows)
```

## Use instead
```python
from functools import cached_property

class Report:
    @cached_property
    def total(self) -> int:
        return sum(self.rows)
```

## When it is unsafe
A cached property is not emptied by `cache_clear` and takes no arguments.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords
from velox_engine.source.syntax import Node

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) @lru_cache on def total(self)"""
    definition = node.child_by_field_name("definition")
    parameters = definition.child_by_field_name("parameters") if definition is not None else None
    region = context.region(node)
    if parameters is None or region is None or region.kind != "class" or not parameters.named_child_count:
        return
    if context.text(parameters.named_children[0]) != "self":
        return
    name = context.text(definition.child_by_field_name("name")) if definition is not None else ""
    if f".{name}.cache_clear(".encode() in context.data:
        return  # what is in the cache is let go of, which a cached property cannot do
    for decorator in node.named_children:
        if decorator.type != "decorator" or not decorator.named_child_count:
            continue
        function = decorator.named_children[0]
        if function.type == "call":
            size = keywords(function, context).get("maxsize") or next(iter(arguments(function)), None)
            if size is not None and size.type != "none":
                continue
            function = function.child_by_field_name("function") or function
        # Ex) the class's own names are looked up as the module's: a decorator stands outside of the method
        # Whoever silenced the same in ruff or pylint has thought about it.
        line = context.parsed.source.lines.number(decorator.start_byte)
        written = context.parsed.source.lines.line(line)
        if b"B019" in written or b"method-cache-max-size-none" in written:
            continue
        if context.origin(function) in _CACHES:
            yield Hit(
                decorator,
                "the cache has `self` in its keys and belongs to the class, so that objects are kept "
                "alive; `cached_property`, or a cache made in `__init__`, dies with its object",
            )


RULE = Rule(
    id="VX708",
    name="cached-method",
    check=check,
    family="memory",
    cost="O(n)",
    by_hand="Callers use the method's `cache_clear` or call it with arguments; a property changes what they write.",
    enabled=False,  # how many objects of a class there will be is not told, and one is often all
    severity="hint",
    patterns=("(decorated_definition (decorator) definition: (function_definition))",),
    benchmark=Benchmark(
        "run()",
        before=(
            "from functools import lru_cache\n"
            "\n"
            "class Report:\n"
            "    def __init__(self):\n"
            "        self.rows = list(range(1000))\n"
            "\n"
            "    @lru_cache(maxsize=None)\n"
            "    def total(self):\n"
            "        return sum(self.rows)\n"
            "\n"
            "def run():\n"
            "    Report.total.cache_clear()\n"
            "    return sum(Report().total() for _ in range(100))\n"
        ),
        after=(
            "from functools import cached_property\n"
            "\n"
            "class Report:\n"
            "    def __init__(self):\n"
            "        self.rows = list(range(1000))\n"
            "\n"
            "    @cached_property\n"
            "    def total(self):\n"
            "        return sum(self.rows)\n"
            "\n"
            "def run():\n"
            "    return sum(Report().total for _ in range(100))\n"
        ),
    ),
    doc=__doc__ or "",
)
