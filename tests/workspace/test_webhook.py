"""The webhook goes where the person said and nowhere else, and says nothing of the source."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace.webhook import checked_address, post


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "http://127.0.0.1.example.org/hook",
        "https://name:word@example.org/hook",
        "https://example.org/hook#part",
        "https:///hook",
        "https://example.org:0/hook",
        "https://example.org:99999/hook",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "file:///etc/passwd",
        "ftp://example.org/hook",
        "example.org/hook",
        "",
    ],
)
def test_only_https_or_this_machine(address: str) -> None:
    """Anything else is refused before a connection is made."""
    with pytest.raises(VeloxError, match="no address to post to"):
        checked_address(address)


@pytest.mark.parametrize(
    "address",
    ["https://example.org/hook?key=1", "http://127.0.0.1:8000/", "http://[::1]:8000/", "http://localhost/x"],
)
def test_good_addresses_stay_as_they_are(address: str) -> None:
    """A query is part of many webhooks."""
    assert checked_address(address) == address


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted; `/away` leads elsewhere and `/no` refuses."""

    received: list[tuple[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.received.append((self.path, body))
        self.send_response({"/away": 307, "/no": 500}.get(self.path, 204))
        if self.path == "/away":
            self.send_header("Location", "/taken")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay silent."""


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """A server on this machine: its address, and what it was sent."""
    handler = type("Fresh", (Receiver,), {"received": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.received
        server.shutdown()
        thread.join()


def test_a_notice_arrives_and_failures_are_told(
    receiver: tuple[str, list[tuple[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken is silent; a refusal, a redirect and a dead server are said and raise nothing."""
    address, received = receiver
    monkeypatch.setenv(
        "http_proxy", "http://127.0.0.1:9"
    )  # a proxy has no part in what stays on this machine
    assert post(f"{address}/hook", {"project": "shop"}) == ""
    assert post(f"{address}/no", {}) == "it answered 500"
    assert post(f"{address}/away", {}) == "it answered 307"
    assert [path for path, _ in received] == ["/hook", "/no", "/away"]
    assert received[0][1] == {"project": "shop"}
    assert post("http://127.0.0.1:9/hook", {})
