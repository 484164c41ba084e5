"""Coroutines awaited one after the other.

## What it does
Finds `[await f(x) for x in xs]` and `results.append(await f(x))` in a loop.

## Why it is slow
Each waits for the one before; `asyncio.gather` waits for all at once.

## Example
```python
async def load(fetch, urls):
    return [await fetch(url) for url in urls]
```

## Use instead
```python
import asyncio

async def load(fetch, urls):
    return await asyncio.gather(*[fetch(url) for url in urls])
```

## When it is unsafe
When order, or a limit on how many run at once, matters: the calls overlap and one failure leaves the others
running.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments, method_name
from velox_engine.source.syntax import Node

_OUTSIDE = re.compile(
    rb"fetch|request|download|upload|query|https?|url|session|client|\.(?:get|post|put|read|send|execute|ping)\(|load|"
    rb"sleep|open|scrape|crawl|connect|subprocess"
)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) [await fetch(url) for url in urls]"""
    if node.type == "list_comprehension":
        clauses = [child for child in node.named_children if child.type == "for_in_clause"]
        if len(clauses) != 1 or b"async" in context.data[clauses[0].start_byte : clauses[0].start_byte + 5]:
            return
        iterable = clauses[0].child_by_field_name("right")
        if iterable is None or context.is_small(iterable) or "as_completed(" in context.text(iterable):
            return  # Ex) `[await task for task in asyncio.as_completed(tasks)]`
        yield Hit(
            node,
            "each coroutine waits for the one before; `asyncio.gather` waits for all at once",
            doubtful=not _asks_outside(node, context),
        )
        return
    if method_name(node, context) != "append":
        return
    loops = context.repeats(node)
    if not loops or loops[0].kind != "for" or context.data.startswith(b"async", loops[0].start):
        return
    # What is awaited must depend on nothing but the loop's variable: then the order does not matter to it.
    varying = context.loop_variables(loops[0])
    awaited = arguments(node)[0]
    if not awaited.named_child_count or awaited.named_children[0].type != "call":
        return  # Ex) a task that is already running
    used = {context.text(part) for part in context.names_in(arguments(node)[0])}
    if used & varying and not any(context.is_rebound(name, loops[0]) for name in used - varying):
        yield Hit(
            node,
            f"each turn of {context.describe(loops[0])} waits for the one before; "
            "`asyncio.gather` waits for all at once",
            doubtful=not _asks_outside(node, context),
        )


def _asks_outside(node: Node, context: Context) -> bool:
    """Whether what is awaited looks like a network, a disk or another process; other coroutines may never wait."""
    return _OUTSIDE.search(context.data, node.start_byte, node.end_byte) is not None


RULE = Rule(
    id="VX702",
    name="await-one-by-one",
    check=check,
    family="async",
    cost="O(n)",
    strategy="gather-awaits",
    action="concurrency",
    enabled=False,
    patterns=(
        "(list_comprehension body: (await))",
        "(call function: (attribute) arguments: (argument_list . (await) .))",
    ),
    severity="hint",
    benchmark=Benchmark(
        "asyncio.run(load(fetch, range(8)))",
        ("import asyncio\n\nasync def fetch(url):\n    await asyncio.sleep(0.001)\n    return url"),
        waits=True,
    ),
    doc=__doc__ or "",
)
