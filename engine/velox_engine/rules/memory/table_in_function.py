"""Table of constants built at each call.

## What it does
Finds dicts of at least sixteen constants that a function builds and only reads, unless it is `main` or a demo.

## Why it is slow
Every call fills the dict again. At the level of the module it is filled once.

## Example
```python
def roman(n: int) -> str:
    names = {
        1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI", 7: "VII", 8: "VIII",
        9: "IX", 10: "X", 11: "XI", 12: "XII", 13: "XIII", 14: "XIV", 15: "XV", 16: "XVI",
    }
    return names.get(n, "?")
```

## Use instead
```python
NAMES = {
    1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI", 7: "VII", 8: "VIII",
    9: "IX", 10: "X", 11: "XI", 12: "XII", 13: "XIII", 14: "XIV", 15: "XV", 16: "XVI",
}

def roman(n: int) -> str:
    return NAMES.get(n, "?")
```

## When it is unsafe
Only where nothing changes the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.loops.constant_container_in_loop import is_read_only, is_table
from velox_engine.source.syntax import Node

# What takes far longer than a table, or is done once.
_ONCE = re.compile(
    r"_*(?:fetch|download|load|install|setup|get_example|convert|read|write|parse|build|create)(?:_|[A-Z]|$)|.*(?:error|exception)"
)
# Where there are loops beside it, what it takes to fill a table is little.
_LOOPS = re.compile(rb"^[ \t]+(?:async )?(?:for|while)\b", re.MULTILINE)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) names = {1: "I", 2: "II", ...}; return names.get(n)"""
    size = context.literal_size(node)
    function = context.function(node)
    if size is None or size < 16 or function is None or context.in_test(node) or context.repeats(node):
        return
    name = context.text(function.node.child_by_field_name("name"))
    if name == "main" or "demo" in name:
        return
    if is_read_only(node, context) and is_table(node):
        once = _ONCE.match(name) is not None or _LOOPS.search(context.data, function.start, function.end)
        message = f"a table of {size} constants is filled at each call only to be read; make it once"
        yield Hit(node, message, doubtful=bool(once))


RULE = Rule(
    id="VX804",
    name="table-in-function",
    check=check,
    family="memory",
    cost="O(n)",
    enabled=False,  # how often a function is called is not told
    strategy="hoist-table",
    action="precomputation",
    patterns=("(dictionary)",),
    benchmark=Benchmark("roman(7)"),
    doc=__doc__ or "",
)
