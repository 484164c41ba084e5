"""Text split everywhere for its first or last part.

## What it does
Finds `text.split(sep)[0]` and `text.rsplit(sep)[-1]`, `text.split(sep)[-1]`.

## Why it is slow
Every part is cut out and kept, though one is wanted. With `maxsplit=1` the search stops at the first separator.

## Example
```python
def hosts(lines: list[str]) -> list[str]:
    return [line.split(",")[0] for line in lines]
```

## Use instead
```python
def hosts(lines: list[str]) -> list[str]:
    return [line.split(",", 1)[0] for line in lines]
```

## When it is unsafe
With a separator of several overlapping characters, splitting from the right may cut elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, keywords, receiver
from velox_engine.source.syntax import Node

# What separates many parts as a rule; a file has one suffix, a header one colon.
_MANY = frozenset({" ", ",", ";", "|", ", ", "; ", "\\n", "\\t"})


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) line.split(",")[0]"""
    subscript = node.parent
    given = arguments(node)
    if subscript is None or subscript.type != "subscript" or len(given) > 1 or keywords(node, context):
        return
    value, index = subscript.child_by_field_name("value"), subscript.child_by_field_name("subscript")
    owner = receiver(node)
    if (
        value is None
        or value.id != node.id
        or owner is None
        or context.origin(owner) in ("re", "shlex", "os.path")
    ):
        return
    if given and context.text(given[0]).strip("rbf'\"") not in _MANY:
        return
    at = context.integer(index)
    if at not in (0, -1) or context.kind(owner).name != "str" or not context.repeats(node):
        return
    wanted = "split" if at == 0 else "rsplit"
    yield Hit(
        subscript,
        f"every part is cut out though only the {'first' if at == 0 else 'last'} is used; "
        f"`{wanted}(…, maxsplit=1)` stops after one",
        doubtful=_is_cut_again(node, subscript, context),
    )


def _is_cut_again(call: Node, subscript: Node, context: Context) -> bool:
    """Ex) name, size = line.split()[0], line.split()[1]: the text has a few parts, and all of them are wanted."""
    cut = context.data[call.start_byte : call.end_byte] + b"["
    region = context.function(call)
    start, end = (region.start, region.end) if region is not None else (0, len(context.data))
    own = context.data[subscript.start_byte : subscript.end_byte]
    return context.data.count(cut, start, end) > context.data.count(own, start, end)


RULE = Rule(
    id="VX206",
    name="split-for-one-part",
    check=check,
    family="string",
    cost="O(n)",
    strategy="split-once",
    action="builtin_substitution",
    many=True,
    methods=("split", "rsplit"),
    in_loop=True,
    severity="hint",
    benchmark=Benchmark(
        "hosts(lines)",
        "lines = [','.join(['field'] * 20)] * 200",
    ),
    doc=__doc__ or "",
)
