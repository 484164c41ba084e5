"""The same file or folder read in each turn.

## What it does
Finds `open(path)`, `os.listdir(path)`, `glob.glob(pattern)` inside a loop with a path that does not change.

## Why it is slow
The system is asked, and the content read and decoded, again in each turn.

## Example
```python
def known(words: list[str], path: str) -> list[str]:
    result = []
    for word in words:
        with open(path) as file:
            if word in file.read():
                result.append(word)
    return result
```

## Use instead
```python
def known(words: list[str], path: str) -> list[str]:
    with open(path) as file:
        text = file.read()
    return [word for word in words if word in text]
```

## When it is unsafe
When the file changes while the loop runs, reading once does not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, has_splat, is_plain_string, keywords
from velox_engine.source.syntax import Node

_WATCHING = re.compile(r"\b(?:watch|poll|listen|events?|changes?)\w*\(")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for w in words: with open(path) as f: ..."""
    given = arguments(node)
    if not given or has_splat(node):
        return
    path = given[0]
    mode = given[1] if len(given) > 1 else keywords(node, context).get("mode")
    if mode is not None and context.text(mode).strip("'\"") not in ("r", "rb", "rt"):
        return
    loops = [loop for loop in context.repeats(node) if loop.kind == "for"]
    if not loops:
        return
    if not is_plain_string(path):
        if path.type != "identifier":
            return
        bindings = context.scope(node).bindings(context.text(path))
        if not bindings or context.is_rebound(context.text(path), loops[0]):
            return
    if any(step.type in ("if_statement", "elif_clause") for step in context.ancestors(node, loops[0].node)):
        return  # not in each turn
    if _WATCHING.search(context.text(context.iterable(loops[0]))):
        return  # Ex) for changes in watch(folder)
    # Special files give something new each time; and code that writes the file must read it again.
    if context.text(path).strip("'\"").startswith(("/dev", "/proc", "/sys")):
        return
    if not context.text(node.child_by_field_name("function")).endswith("open") and not context.is_tight(
        loops[0]
    ):
        return  # a loop that does a lot may well change the folder
    inside = context.data[loops[0].start : loops[0].end]
    if inside.count(b"open(") > 1 or b"sleep(" in inside or b"write" in inside:
        return
    yield Hit(
        node,
        f"`{context.short(node)}` is read again in each turn of {context.describe(loops[0])}; "
        "read it once before",
    )


RULE = Rule(
    id="VX706",
    name="file-read-in-loop",
    check=check,
    family="io",
    cost="O(n·m)",
    by_hand="The sandbox gives functions no file of yours to read, so nothing could be verified.",
    many=True,
    calls=("open", "os.listdir", "glob.glob", "os.walk", "os.scandir"),
    in_loop=True,
    severity="warning",
    benchmark=Benchmark(
        "known(words, path)",
        (
            "import tempfile\n"
            "with tempfile.NamedTemporaryFile('w', delete=False) as made:\n"
            "    made.write('some words on a line\\n' * 500)\n"
            "path = made.name\n"
            "words = ['words', 'nothing'] * 10"
        ),
    ),
    doc=__doc__ or "",
)
