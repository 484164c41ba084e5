"""Carries JSON-RPC messages over standard streams or one TCP connection, and decides when the process ends.

Replaces the transports of pygls: theirs reads on the pool that runs threaded handlers, hands each header line
over a thread, and loses the exit code.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Protocol

from velox_server.server import VeloxServer

logger = logging.getLogger(__name__)

_CHUNK = 1 << 16
_LONGEST_MESSAGE = 1 << 28
_LONGEST_HEADER = 1 << 14


class FramingError(Exception):
    """The stream is not the language server protocol, or no longer in step with it."""


class Frames:
    """Cuts a byte stream into message bodies by their Content-Length headers."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the bodies that `chunk` completes; raises FramingError when the stream makes no sense."""
        self._buffer += chunk
        while True:
            if self._length is None and not self._read_header():
                return
            assert self._length is not None
            if len(self._buffer) < self._length:
                return
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length = None
            yield body

    def _read_header(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _LONGEST_HEADER:
                raise FramingError("no message header was found")
            return False
        length = None
        for line in bytes(self._buffer[:end]).split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
        if length is None:
            raise FramingError("a message header has no Content-Length")
        if length > _LONGEST_MESSAGE:
            raise FramingError(f"a message of {length} bytes is too long")
        del self._buffer[: end + 4]
        self._length = length
        return True


class _Pipe:
    """Writes to a file descriptor and says so once when nobody reads any more."""

    def __init__(self, descriptor: int, broken: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._broken = broken

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            self._broken()

    def close(self) -> None:
        """Leave the descriptor to the process: replies may still be on their way."""


class _Writer(Protocol):
    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


def serve_stdio(server: VeloxServer) -> int:
    """Serve one client on standard input and output; returns the exit code."""
    # Whatever prints must not break the stream: from here on stdout is stderr.
    out = os.dup(1)
    os.dup2(2, 1)
    return asyncio.run(_stdio(server, 0, out))


async def _stdio(server: VeloxServer, source: int, out: int) -> int:
    loop = asyncio.get_running_loop()
    running = _Running(server, _Pipe(out, lambda: server.stop(1)))

    def read() -> None:
        frames = Frames()
        try:
            # os.read, not sys.stdin: a thread inside a buffered reader would stop the interpreter's exit.
            while chunk := os.read(source, _CHUNK):
                for body in frames.feed(chunk):
                    loop.call_soon_threadsafe(server.protocol.receive, body)
        except (OSError, FramingError) as error:
            logger.error("reading stopped: %s", error)
        with contextlib.suppress(RuntimeError):  # the loop may have ended before the stream
            loop.call_soon_threadsafe(server.disconnected)

    threading.Thread(target=read, name="velox-stdin", daemon=True).start()
    return await running.until_stopped()


def serve_tcp(server: VeloxServer, host: str, port: int) -> int:
    """Serve the first client that connects to host:port; returns the exit code."""
    return asyncio.run(_tcp(server, host, port))


async def _tcp(server: VeloxServer, host: str, port: int) -> int:
    first: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Future()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if first.done():
            writer.close()  # one process, one editor: state is per client
        else:
            first.set_result((reader, writer))

    listener = await asyncio.start_server(connected, host, port)
    place = listener.sockets[0].getsockname()
    print(f"velox-server listens on {place[0]}:{place[1]}", file=sys.stderr, flush=True)
    reader, writer = await first
    listener.close()
    running = _Running(server, writer)  # pyright: ignore[reportArgumentType]

    async def read() -> None:
        frames = Frames()
        try:
            while chunk := await reader.read(_CHUNK):
                for body in frames.feed(chunk):
                    server.protocol.receive(body)
        except (OSError, FramingError) as error:
            logger.error("reading stopped: %s", error)
        server.disconnected()

    task = asyncio.ensure_future(read())
    code = await running.until_stopped()
    task.cancel()
    with contextlib.suppress(OSError):
        writer.close()
        await writer.wait_closed()
    return code


class _Running:
    """A server from its first message to the end of everything it started."""

    def __init__(self, server: VeloxServer, writer: _Writer) -> None:
        self._server = server
        server.protocol.set_writer(writer)
        loop = asyncio.get_running_loop()
        server.started(loop)
        for number in (signal.SIGINT, signal.SIGTERM):
            # Not on Windows, and not outside the main thread: there the default must do.
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, server.stop, 128 + number)
        # What was imported lives as long as the process; collections need not look at it again.
        gc.freeze()

    async def until_stopped(self) -> int:
        code = await self._server.stopped
        await self._server.close()
        return code
