"""Path object made for one part of a name.

## What it does
Finds `Path(x).suffix`, `.name` and `.stem` of a new object in a loop.

## Why it is slow
A path object takes apart all of the text and keeps the parts; `os.path` looks at the text only.

## Example
```python
from pathlib import Path

def suffixes(names: list[str]):
    return [Path(name).suffix for name in names]
```

## Use instead
```python
import os.path

def suffixes(names: list[str]):
    return [os.path.splitext(name)[1] for name in names]
```

## When it is unsafe
Paths that end in a slash or begin with dots are taken apart differently.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node

_INSTEAD = {
    "suffix": "os.path.splitext",
    "stem": "os.path.splitext",
    "name": "os.path.basename",
}


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) [Path(name).suffix for name in names]"""
    parent = node.parent
    if parent is None or parent.type != "attribute" or len(arguments(node)) != 1:
        return
    instead = _INSTEAD.get(context.text(parent.child_by_field_name("attribute")))
    loops = context.repeats(node)
    if not loops or not context.is_tight(loops[0]):
        return
    if instead and context.kind(arguments(node)[0]).name != "path":
        yield Hit(parent, f"a path object is made in each turn for one question; `{instead}` asks the text")


RULE = Rule(
    id="VX719",
    name="path-object-in-loop",
    check=check,
    family="lookup",
    cost="O(n)",
    by_hand="Names that end in a dot or begin with dots are taken apart differently.",
    calls=(
        "pathlib.Path",
        "pathlib.PurePath",
    ),
    in_loop=True,
    enabled=False,
    severity="hint",
    benchmark=Benchmark(
        "suffixes(names)",
        "names = [f'some/folder/file{i}.py' for i in range(500)]",
    ),
    doc=__doc__ or "",
)
