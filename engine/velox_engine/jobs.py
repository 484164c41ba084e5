"""Runs the engine's worker as a process of its own and ends it, with all it started: for servers, who cannot wait."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from velox_engine.types import VeloxError

logger = logging.getLogger(__name__)

# -P: a file of the workspace named like a module of ours must never be imported instead of it.
WORKER: Final = (sys.executable, "-P", "-m", "velox_engine.advisor.worker")
_LONGEST_LINE = 1 << 27
_GRACE_SECONDS = 3.0
_KEPT_BYTES = 8192
_PATIENCE = 10  # steps of niceness
_LONGEST_QUOTE = 300

Progress = Callable[[str, int], None]


async def run_worker(
    request: Mapping[str, Any],
    progress: Progress,
    *,
    command: Sequence[str] = WORKER,
    folder: str | None = None,
    patient: bool = False,
) -> dict[str, Any]:
    """Send one request to a fresh worker and return its result; cancelling this ends the worker.

    A `patient` worker leaves the processor to whoever else wants it.
    Raises VeloxError with what the worker says, or `worker-failed` when it ends without an answer.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
    except OSError as error:
        raise VeloxError(
            "worker-failed", f"The worker could not be started: {error}.", "See `velox doctor`."
        ) from error
    if patient:
        with contextlib.suppress(OSError, AttributeError):  # AttributeError: not on Windows
            os.setpriority(os.PRIO_PROCESS, process.pid, _PATIENCE)
    said = bytearray()
    listener = asyncio.ensure_future(_listen(process, said))
    try:
        assert process.stdin is not None
        with contextlib.suppress(ConnectionError):  # it died before it read: its exit says why
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            await process.stdin.drain()
        reply = await _read(process, progress)
        if reply is None:
            await process.wait()
            await listener
            raise _failure(process.returncode, said)
        if "error" in reply:
            raise _told(reply["error"])
        return reply["result"]
    finally:
        await end_process(process)
        listener.cancel()


async def _read(process: asyncio.subprocess.Process, progress: Progress) -> dict[str, Any] | None:
    """Read replies until one is final; None when the stream ends before."""
    assert process.stdout is not None
    while True:
        try:
            line = await process.stdout.readline()
        except ValueError:
            raise VeloxError(
                "worker-failed", "The worker sent a line without end.", "Please report this."
            ) from None
        if not line:
            return None
        try:
            reply = json.loads(line, parse_constant=lambda name: None)  # NaN is not JSON
        except (ValueError, RecursionError):
            reply = None
        if not isinstance(reply, dict):
            logger.warning("the worker said something that is no reply: %.200r", line)
        elif isinstance(reply.get("result"), dict) or isinstance(reply.get("error"), dict):
            return reply
        elif isinstance(reply.get("progress"), dict):
            told = reply["progress"]
            percentage = told.get("percentage")
            progress(str(told.get("message", "")), percentage if isinstance(percentage, int) else 0)


async def _listen(process: asyncio.subprocess.Process, said: bytearray) -> None:
    """Keep the last of what the worker writes to its log."""
    assert process.stderr is not None
    while chunk := await process.stderr.read(1 << 14):
        said += chunk
        del said[:-_KEPT_BYTES]


def _told(error: Mapping[str, Any]) -> VeloxError:
    return VeloxError(
        str(error.get("code", "worker-failed")), str(error.get("message", "")), str(error.get("hint", ""))
    )


def _failure(code: int | None, said: bytearray) -> VeloxError:
    how = f"was ended by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
    text = said.decode("utf-8", "replace").strip()
    if text:
        logger.error("the worker's last words:\n%s", text)
    last = text.rpartition("\n")[2].strip()[:_LONGEST_QUOTE]
    what = f" Its last words: {last}" if last else ""
    return VeloxError(
        "worker-failed",
        f"The worker {how} without an answer.{what}",
        "Nothing was changed; try again, or see the log.",
    )


async def end_process(process: asyncio.subprocess.Process) -> None:
    """End a process that leads a group, with all it started; however often this is cancelled, they are ended first."""
    ending = asyncio.ensure_future(_end(process))
    while not ending.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(ending)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the worker and its group: politely first, so that it ends its sandboxes."""
    if process.returncode is None:
        _signal(process.pid, "SIGTERM")
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), _GRACE_SECONDS)
    # Also after a normal end: nothing that it started may outlive it.
    _signal(process.pid, "SIGKILL")
    await process.wait()


def _signal(group: int, name: str) -> None:
    if os.name == "nt":
        # There are no process groups to signal there: the worker alone is ended.
        with contextlib.suppress(OSError):
            os.kill(group, signal.SIGTERM)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, getattr(signal, name))
