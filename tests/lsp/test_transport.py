"""The transport cuts messages out of any stream of bytes, and says when a stream makes no sense."""

from __future__ import annotations

import pytest

from velox_server.transport import Frames, FramingError


def frame(body: bytes, header: bytes = b"Content-Length: %d\r\n\r\n") -> bytes:
    return header % len(body) + body


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_messages_are_found_however_the_stream_is_cut(size: int) -> None:
    """Chunks of any size give the same bodies."""
    stream = frame(b"{}") + frame("é\r\n\r\n".encode()) + frame(b"[1]")
    frames = Frames()
    found = [body for at in range(0, len(stream), size) for body in frames.feed(stream[at : at + size])]
    assert found == [b"{}", "é\r\n\r\n".encode(), b"[1]"]


def test_headers_count_whatever_their_case_and_order() -> None:
    """A content type before the length, and a lower-case name, are both allowed."""
    header = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:%d\r\n\r\n"
    assert list(Frames().feed(frame(b"{}", header))) == [b"{}"]


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"Content-Length: many\r\n\r\n",
        b"Content-Length: 99999999999999\r\n\r\n",
        b"x" * 20_000,
    ],
)
def test_stream_without_sense_is_an_error(stream: bytes) -> None:
    """What is no language server protocol ends the reading instead of filling the memory."""
    with pytest.raises(FramingError):
        list(Frames().feed(stream))
