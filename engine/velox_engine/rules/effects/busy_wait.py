"""Waiting by asking again and again.

## What it does
Finds `while not condition: pass`.

## Why it is slow
It keeps a processor busy, and in a thread keeps the lock that the other needs. An event or a condition sleeps until
it is told.

## Example
```python
def wait(worker):
    while not worker.done:
        pass
```

## Use instead
```python
def wait(worker):
    worker.finished.wait()
```

## When it is unsafe
Somebody must set the event.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import is_constant
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) while not worker.done: pass"""
    condition = node.child_by_field_name("condition")
    # Ex) `while next(rows): pass` does its work in the condition
    if condition is None or b"(" in context.data[condition.start_byte : condition.end_byte]:
        return
    if is_constant(condition):
        return  # Ex) `while True: pass` waits for a signal
    if b":=" in context.data[condition.start_byte : condition.end_byte]:
        return
    yield Hit(
        node,
        f"`{context.short(condition)}` is asked for again and again, which keeps a processor busy; "
        "an event or a condition sleeps until it is told",
    )


RULE = Rule(
    id="VX703",
    name="busy-wait",
    check=check,
    family="async",
    cost="O(n)",
    by_hand="Whoever ends the wait has to set the event, in another place.",
    patterns=("(while_statement body: (block . (pass_statement) .))",),
    severity="warning",
    benchmark=Benchmark(
        "wait(work())",
        (
            "import threading\n"
            "from types import SimpleNamespace\n"
            "\n"
            "def work():\n"
            "    worker = SimpleNamespace(done=False, finished=threading.Event())\n"
            "    threading.Thread(target=compute, args=(worker,)).start()\n"
            "    return worker\n"
            "\n"
            "def compute(worker):\n"
            "    sum(i * i for i in range(100000))\n"
            "    worker.done = True\n"
            "    worker.finished.set()"
        ),
        waits=True,
    ),
    doc=__doc__ or "",
)
