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

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.source.syntax import Node


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) for url in urls: requests.get(url)"""
    loops = context.repeats(node)
    holder = node.child_by_field_name("arguments")
    if not loops or holder is None:
        return
    # The same request again and again is a retry, or waits for an answer to change.
    names = {context.text(name) for name in context.names_in(holder)}
    if any(context.is_rebound(name, loops[0]) for name in names):
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
    by_hand="A session keeps cookies, and the sandbox has no network in which both ways could be compared.",
    many=True,
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
    benchmark=Benchmark(
        "load(urls)",
        (
            "import threading\n"
            "from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer\n"
            "\n"
            "class Hello(BaseHTTPRequestHandler):\n"
            "    protocol_version = 'HTTP/1.1'\n"
            "    disable_nagle_algorithm = True\n"
            "\n"
            "    def do_GET(self):\n"
            "        self.send_response(200)\n"
            "        self.send_header('Content-Length', '5')\n"
            "        self.end_headers()\n"
            "        self.wfile.write(b'hello')\n"
            "\n"
            "    def log_message(self, *_):\n"
            "        return\n"
            "\n"
            "server = ThreadingHTTPServer(('127.0.0.1', 0), Hello)\n"
            "server.daemon_threads = True\n"
            "threading.Thread(target=server.serve_forever, daemon=True).start()\n"
            "urls = [f'http://127.0.0.1:{server.server_port}/'] * 10"
        ),
        needs=("requests",),
        waits=True,
    ),
    doc=__doc__ or "",
)
