"""Folder listed, then each entry asked for.

## What it does
Finds a loop over `os.listdir(folder)` that calls `os.path.isfile`, `isdir`, `islink` on each entry.

## Why it is slow
Listing has already told what each entry is, and `os.listdir` drops it: one system call more for each. `os.scandir`
keeps it.

## Example
```python
import os

def files(folder: str):
    result = []
    for name in os.listdir(folder):
        if os.path.isfile(os.path.join(folder, name)):
            result.append(name)
    return result
```

## Use instead
```python
import os

def files(folder: str):
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if entry.is_file()]
```

## When it is unsafe
An entry that is replaced while the loop runs is reported as it was listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node

_ASKS = ("os.path.isfile", "os.path.isdir", "os.path.islink")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for name in os.listdir(folder): if os.path.isfile(os.path.join(folder, name)): ..."""
    loops = context.repeats(node)
    given = arguments(node)
    if not loops or not given:
        return
    walked = context.iterable(loops[0])
    if (
        walked is not None
        and walked.type == "call"
        and context.text(walked).startswith("sorted(")
        and arguments(walked)
    ):
        walked = arguments(walked)[0]
    if walked is None or walked.type != "call":
        return
    if context.origin(walked.child_by_field_name("function")) != "os.listdir":
        return
    if _asks_again(node, context):
        return
    variables = context.loop_variables(loops[0])
    if any(context.text(name) in variables for name in context.names_in(given[0])):
        yield Hit(
            node, "one system call for each entry; `os.scandir` tells with the listing what each one is"
        )


def _asks_again(node: Node, context: Context) -> bool:
    """Ex) the second in `os.path.islink(path) or os.path.isfile(path)`"""
    parent = node.parent
    if parent is None or parent.type != "boolean_operator":
        return False
    left = parent.child_by_field_name("left")
    return left is not None and left.id != node.id and context.text(left).startswith("os.path.is")


RULE = Rule(
    id="VX720",
    name="stat-after-listdir",
    check=check,
    family="io",
    cost="O(n)",
    by_hand="The sandbox has no folder of yours on which both ways could be compared.",
    calls=(
        "os.path.isfile",
        "os.path.isdir",
        "os.path.islink",
    ),
    in_loop=True,
    enabled=False,
    benchmark=Benchmark(
        "files(folder)",
        (
            "import tempfile\n"
            "folder = tempfile.mkdtemp()\n"
            "for i in range(100):\n"
            "    open(os.path.join(folder, str(i)), 'w').close()"
        ),
        compares=False,
        before="",
        after="",
    ),
    doc=__doc__ or "",
)
