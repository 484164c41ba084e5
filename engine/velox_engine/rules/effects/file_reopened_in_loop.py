r"""The same file opened in each turn to append to it.

## What it does
Finds `open(path, "a")` in a loop that does not change the path.

## Why it is slow
Each turn opens, seeks, flushes and closes: several system calls for one line. Open the file once around the loop.

## Example
```python
def log(rows, path: str) -> None:
    for row in rows:
        with open(path, "a") as file:
            file.write(f"{row}\n")
```

## Use instead
```python
def log(rows, path: str) -> None:
    with open(path, "a") as file:
        for row in rows:
            file.write(f"{row}\n")
```

## When it is unsafe
When somebody else must see each line at once, or may move the file away between two lines, as log rotation does.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, is_plain_string, is_stable_name, keywords
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for row in rows: with open(path, "a") as file: file.write(row)"""
    given = arguments(node)
    named = keywords(node, context).get("mode")
    mode = context.text(given[1] if len(given) > 1 else named).strip("'\"")
    if not given or "a" not in mode or len(mode) > 3:
        return
    if given[0].type not in ("identifier", "attribute", "string") or not is_plain_or_name(given[0]):
        return
    loops = context.repeats(node)
    if not loops or loops[0].kind == "while" or b"sleep" in context.data[loops[0].start : loops[0].end]:
        return
    if context.is_conditional(node, loops[0]):
        return  # how often it happens is not known
    if given[0].type == "string" or not context.is_replaced(given[0], loops[0]):
        yield Hit(node, f"the same file is opened and closed in each turn of {context.describe(loops[0])}")


def is_plain_or_name(path: Node) -> bool:
    """Whether a path is a literal, a name or a chain of attributes, which mean the same each time."""
    return is_plain_string(path) or is_stable_name(path)


RULE = Rule(
    id="VX713",
    name="file-reopened-in-loop",
    check=check,
    family="io",
    cost="O(n)",
    by_hand="With no row at all the file would be created, and the sandbox has no file of yours to compare.",
    many=True,
    calls=(
        "open",
        "io.open",
    ),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "log(rows, path)",
        ("import tempfile\npath = tempfile.NamedTemporaryFile(delete=False).name\nrows = range(50)"),
    ),
    doc=__doc__ or "",
)
