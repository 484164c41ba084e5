"""Regular expression looked up again in each turn of a loop.

## What it does
Finds `re.compile`, `re.match`, `re.search`, `re.sub` and their like inside a loop with a pattern that is the same in
each turn.

## Why it is slow
`re` keeps the last 512 patterns, so the pattern is not compiled again, but each call still builds a cache key and
looks it up: about as much as matching a short text. Where more patterns are in use, each is compiled again.

## Example
```python
import re

def numbers(lines):
    return [line for line in lines if re.match(r"\\d+", line)]
```

## Use instead
```python
import re

NUMBER = re.compile(r"\\d+")

def numbers(lines):
    return [line for line in lines if NUMBER.match(line)]
```

## When it is unsafe
A wrong pattern raises when the module is imported rather than when the loop first runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.quantities import LONG_ELEMENTS, says_many, says_text
from velox_engine.rules.regions import Region
from velox_engine.rules.shapes import arguments, is_plain_string
from velox_engine.rules.surroundings import is_rarely_come_to
from velox_engine.source.syntax import Node

_FUNCTIONS = ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")

_READS = re.compile(r"\b(?:open|read\w*|splitlines|fetch\w+|walk|iter\w+|i?glob|split)\(")


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for line in lines: re.match("a+", line)"""
    given = arguments(node)
    if not given:
        return
    loops = context.repeats(node)
    if not loops:
        return
    pattern = given[0]
    if loops[0].kind == "while":
        return  # Ex) `while not found: found = re.search(mark, read())`: how often is not told
    if not is_plain_string(pattern):
        if pattern.type != "identifier" or context.kind(pattern).name not in ("str", "bytes"):
            return
        if context.is_rebound(context.text(pattern), loops[0]):
            return
    function = context.text(node.child_by_field_name("function"))
    yield Hit(node, f"`{function}` looks the same pattern up in the cache of `re` in each turn of "
                    f"{context.describe(loops[0])}; compile it once outside",
              doubtful=not (function.endswith("compile") or context.is_tight(loops[0]))
              or not (function.endswith("compile") or _is_of_text(loops[0], context))
              or is_rarely_come_to(context, node, loops[0], branches=1))  # fmt: skip


def _is_of_text(loop: Region, context: Context) -> bool:
    """Whether a loop walks text, a file or what comes in numbers: names and the like are a handful."""
    walked = context.iterable(loop)
    if walked is None:
        return False
    if context.kind(walked).name == "file" or _READS.search(context.text(walked)):
        return True
    names = {context.text(name) for name in context.names_in(walked)} | context.loop_variables(loop)
    return any(says_text(name) or says_many(name) or name in LONG_ELEMENTS for name in names)


RULE = Rule(
    id="VX202",
    name="regex-in-loop",
    check=check,
    family="regex",
    cost="O(n)",
    many=True,
    calls=tuple(f"re.{name}" for name in _FUNCTIONS),
    in_loop=True,
    severity="hint",
    strategy="hoist-regex",
    action="regex",
    benchmark=Benchmark(
        "numbers(lines)",
        "lines = [f'{i} items' for i in range(500)]",
    ),
    doc=__doc__ or "",
)
