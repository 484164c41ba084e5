"""The line to one run's process: bytes out, bytes in, its clocks, its death; this one for a fork on Linux."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Protocol

from velox_engine.verify.sandbox import child
from velox_engine.verify.sandbox.zygote import Fork, kill

_READ = 1 << 18
_FEWEST_LOOKS = 8
_GLANCE = 2e-5  # seconds between two looks at whether a process has fallen asleep


class ChildLost(Exception):
    """The run ended, or broke the protocol; the text says how."""


class Line(Protocol):
    """What a run needs of its process, whatever the system."""

    pid: int

    def send(self, data: bytes) -> None:
        """Put bytes on their way; ChildLost when nobody is there to read them."""

    def receive(self, seconds: float) -> bytes:
        """Bytes that came, b"" when none did in time; ChildLost when no more can come."""
        ...

    def cpu(self) -> float:
        """Processor seconds used so far, 0.0 when the process is gone."""
        ...

    def cpu_asleep(self) -> float:
        """The same once the process waits for us, when it is exact; at most a moment later otherwise."""
        ...

    def delay(self) -> float:
        """Seconds in which the process was ready to run and had to wait."""
        ...

    def close(self) -> None:
        """Kill the process and free everything; harmless when already closed."""


class ForkLine:
    """A fork of the zygote, behind two pipes and a pidfd."""

    def __init__(self, fork: Fork, requests: int, replies: int, status: Callable[[Fork], int | None]) -> None:
        self.pid = fork.pid
        self._fork = fork
        self._requests = requests
        self._replies = replies
        self._status = status
        self._unsent = memoryview(b"")
        self._clock = (~fork.pid << 3) | 2  # the CPU clock of another process
        os.set_blocking(requests, False)
        os.set_blocking(replies, False)
        self._poller = select.poll()
        self._poller.register(replies, select.POLLIN)
        self._writing = False

    def send(self, data: bytes) -> None:
        """Write what fits; the rest follows while replies are waited for."""
        self._unsent = memoryview(data)
        self._flush()

    def _flush(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._requests, self._unsent[: 1 << 16]) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            raise ChildLost(self._epitaph()) from None
        wanted = bool(self._unsent)
        if wanted != self._writing:
            self._writing = wanted
            if wanted:
                self._poller.register(self._requests, select.POLLOUT)
            else:
                self._poller.unregister(self._requests)

    def receive(self, seconds: float) -> bytes:
        """Wait for a reply, writing meanwhile what is still unsent."""
        for handle, event in self._poller.poll(seconds * 1000 + 1):
            if handle == self._requests:
                self._flush()
            elif event:
                return self._read()
        return b""

    def _read(self) -> bytes:
        try:
            data = os.read(self._replies, _READ)
        except BlockingIOError:
            return b""
        if not data:
            raise ChildLost(self._epitaph())
        return data

    def cpu(self) -> float:
        """From the process's own clock, which the kernel keeps."""
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return 0.0

    def cpu_asleep(self) -> float:
        """The clock of a running process lags by up to a tick."""
        until = time.perf_counter() + 0.02
        with contextlib.suppress(OSError):
            handle = os.open(f"/proc/{self.pid}/stat", os.O_RDONLY)
            try:
                looks = 0
                # On a busy machine one look may take all of that time: it says little, so there are more.
                while looks < _FEWEST_LOOKS or time.perf_counter() < until:
                    looks += 1
                    state = os.pread(handle, 512, 0).rpartition(b")")[2].split(None, 1)[0]
                    if state != b"R":
                        break
                    # It may be waiting for the very processor that we ask from.
                    time.sleep(_GLANCE)
            finally:
                os.close(handle)
        return self.cpu()

    def delay(self) -> float:
        """From the scheduler's statistics."""
        try:
            with open(f"/proc/{self.pid}/schedstat") as handle:
                return int(handle.read().split()[1]) / 1e9
        except (OSError, ValueError, IndexError):
            return 0.0

    def close(self) -> None:
        """Kill exactly this process."""
        if self._fork.handle < 0:
            return
        kill(self._fork.handle)
        for handle in (self._requests, self._replies, self._fork.handle):
            os.close(handle)
        self._fork = Fork(self._fork.pid, self._fork.inner_pid, -1)

    def _epitaph(self) -> str:
        """How the process ended, in words."""
        if not select.select([self._fork.handle], [], [], 0.2)[0]:
            return "closed its result channel"
        status = self._status(self._fork)
        return "ended" if status is None else epitaph(os.waitstatus_to_exitcode(status))


def epitaph(code: int) -> str:
    """How a process with this exit code ended: negative for a signal."""
    if code < 0:
        if -code == getattr(signal, "SIGXCPU", None):
            return "used up its processor time (SIGXCPU)"
        if -code == getattr(signal, "SIGSYS", None):
            return "was killed for a forbidden system call (SIGSYS)"
        try:
            return f"was killed by {signal.Signals(-code).name}"
        except ValueError:
            return f"was killed by signal {-code}"
    if code == child.LOST:
        return "lost its result channel"
    return f"exited by itself with status {code}"
