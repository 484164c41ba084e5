"""Blocking call inside a coroutine.

## What it does
Finds `time.sleep`, `requests.*`, `subprocess.run` and their like in an `async def`.

## Why it is slow
While it waits, nothing else on the event loop runs.

## Example
```python
import time

async def poll(check):
    while not check():
        time.sleep(1)
```

## Use instead
```python
import asyncio

async def poll(check):
    while not check():
        await asyncio.sleep(1)
```

## When it is unsafe
Other tasks run in between, so what they share may have changed.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import arguments
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) async def f(): time.sleep(1)"""
    given = arguments(node)
    if len(given) == 1 and context.integer(given[0]) == 0:
        return  # Ex) `sleep(0)` only lets other threads run
    region = context.region(node)
    while region is not None and region.kind not in ("function", "lambda", "class"):
        region = region.outer
    if region is None or region.kind != "function" or not context.data.startswith(b"async", region.start):
        return
    function = context.text(node.child_by_field_name("function"))
    instead = (
        "`await asyncio.sleep`"
        if function.endswith("sleep")
        else "an asynchronous client, or `asyncio.to_thread`"
    )
    yield Hit(node, f"`{function}` stops the whole event loop while it waits; use {instead}")


RULE = Rule(
    id="VX701",
    name="blocking-call-in-async",
    check=check,
    family="async",
    cost="O(n)",
    by_hand="What is won is other tasks' time, which running the one coroutine cannot show.",
    calls=(
        "time.sleep",
        "requests.get",
        "requests.post",
        "requests.put",
        "requests.delete",
        "requests.request",
        "requests.head",
        "subprocess.run",
        "subprocess.call",
        "subprocess.check_output",
        "subprocess.check_call",
        "os.system",
        "urllib.request.urlopen",
    ),
    severity="warning",
    benchmark=Benchmark(
        "asyncio.run(several())",
        (
            "import asyncio\n"
            "\n"
            "async def several():\n"
            "    await asyncio.gather(*[poll(iter([False, True]).__next__) for _ in range(5)])"
        ),
        before=("import time\n\nasync def poll(check):\n    while not check():\n        time.sleep(0.01)\n"),
        after=(
            "import asyncio\n"
            "\n"
            "async def poll(check):\n"
            "    while not check():\n"
            "        await asyncio.sleep(0.01)\n"
        ),
        waits=True,
    ),
    doc=__doc__ or "",
)
