"""ISO date read with a format string.

## What it does
Finds `datetime.strptime(text, "%Y-%m-%d")` and the like in a loop.

## Why it is slow
`strptime` translates the format to a regular expression and runs it in Python; `fromisoformat` is written in C and
some 20 times faster.

## Example
```python
from datetime import datetime

def dates(lines):
    return [datetime.strptime(line, "%Y-%m-%d") for line in lines]
```

## Use instead
```python
from datetime import datetime

def dates(lines):
    return [datetime.fromisoformat(line) for line in lines]
```

## When it is unsafe
`strptime` also accepts one-digit months and days, `fromisoformat` also other ISO forms.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node

_ISO = frozenset(
    {
        "%Y-%m-%d",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S.%f",
    }
)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) datetime.strptime(line, "%Y-%m-%d")"""
    given = arguments(node)
    if len(given) == 2 and context.text(given[1])[1:-1] in _ISO and context.repeats(node):
        yield Hit(
            node,
            "`strptime` runs a regular expression in Python for each date; `fromisoformat` is written in C",
        )


RULE = Rule(
    id="VX709",
    name="slow-iso-date",
    check=check,
    family="lookup",
    cost="O(n)",
    strategy="iso-date",
    action="stdlib_substitution",
    calls=("datetime.datetime.strptime",),
    in_loop=True,
    benchmark=Benchmark(
        "dates(lines)",
        "lines = ['2024-02-29'] * 200",
    ),
    doc=__doc__ or "",
)
