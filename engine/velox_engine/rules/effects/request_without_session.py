"""A new connection for each request.

## What it does
Finds `requests.get`, `requests.post` and their like inside a loop.

## Why it is slow
Each call opens a connection, with its handshakes, and closes it; a `Session` keeps it open.

## Example
```python
import requests

def load(urls):
    return [requests.get(url).text for url in urls]
```

## Use instead
```python
import requests

def load(urls):
    with requests.Session() as session:
        return [session.get(url).text for url in urls]
```

## When it is unsafe
A session keeps cookies from one request to the next.
"""

from __future__ import annotations

from collections.abc import Iterator

from velox_engine.rules.base import Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for url in urls: requests.get(url)"""
    loops = context.repeats(node)
    if loops:
        function = context.text(node.child_by_field_name("function"))
        library = function.partition(".")[0]
        keeper = "httpx.Client" if library == "httpx" else "requests.Session"
        yield Hit(
            node,
            f"`{function}` opens and closes a connection in each turn of {context.describe(loops[0])}; "
            f"a `{keeper}` keeps it open",
        )


RULE = Rule(
    id="VX705",
    name="request-without-session",
    check=check,
    family="io",
    cost="O(n)",
    calls=(
        "requests.get",
        "requests.post",
        "requests.put",
        "requests.delete",
        "requests.head",
        "requests.patch",
        "requests.request",
        "httpx.get",
        "httpx.post",
    ),
    in_loop=True,
    doc=__doc__ or "",
)
