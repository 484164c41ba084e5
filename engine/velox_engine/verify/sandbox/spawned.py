"""A run as a process of its own, for systems where there is no fork to confine: macOS and Windows.

Nothing here is Linux's, so that it is tested there as it runs elsewhere. Slower than a fork by an interpreter's start.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

from velox_engine.types import VeloxError
from velox_engine.verify.sandbox import child, macos, windows
from velox_engine.verify.sandbox.interpreter import CHILD, child_arguments, child_variables, real_executable
from velox_engine.verify.sandbox.line import ChildLost, epitaph
from velox_engine.verify.sandbox.macos import Usage
from velox_engine.verify.sandbox.model import Limits
from velox_engine.verify.sandbox.zygote import BOOT_SECONDS

System = Literal["linux", "macos", "windows", "other"]
_READ = 1 << 18
_LOOK = 0.02  # seconds between looks at how much memory a run uses
_WAITING = 64  # parts of a reply that may wait to be read
LEVELS = {
    "macos": macos.LEVEL,
    "windows": windows.LEVEL,
    "other": "unconfined (network and writing and reading open): no layers",
}
REFUSALS = {
    "macos": "on macOS the sandbox is partial: memory is watched but not limited, and it is not tested there",
    "windows": "network and writing and reading would not be confined on Windows",
    "other": "this system has no sandbox that Velox knows",
}


def this_system() -> System:
    """The kind of system Velox runs on."""
    known: dict[str, System] = {"linux": "linux", "darwin": "macos", "win32": "windows"}
    return known.get(sys.platform, "other")


class Spawner:
    """Starts one process per run on one interpreter."""

    def __init__(self, interpreter: str, *, hash_seed: int, system: System) -> None:
        self.executable = real_executable(interpreter)
        self._system: System = system
        self._variables = child_variables(hash_seed)
        self.facts = self._ask()

    def _ask(self) -> dict[str, Any]:
        """What the interpreter says of itself; runs none of the user's code."""
        try:
            done = subprocess.run(
                self._interpreter("facts"),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=self._variables,
                timeout=BOOT_SECONDS,
                check=True,
            )
            return child.decode(done.stdout, 1)[0]
        except (OSError, subprocess.SubprocessError, child.BadBytes) as error:
            raise VeloxError(
                "bad-interpreter",
                f"{self.executable} does not start as Python: {error}",
                "Choose a CPython 3.9 or later as interpreter.",
            ) from error

    def _interpreter(self, what: str) -> list[str]:
        return [self.executable, *child_arguments(what)]

    def command(self, readable: Sequence[str]) -> list[str]:
        """The command line of a run that may read beneath the given folders."""
        plain = self._interpreter("alone")
        if self._system != "macos":
            return plain
        executables = dict.fromkeys([self.executable, os.path.realpath(self.executable)])
        text = macos.profile(list(executables), [*readable, str(CHILD)])
        return macos.command(plain, text)

    def start(self, order: dict[str, Any], limits: Limits) -> SpawnLine:
        """Start one run and give it its order."""
        variables = dict(self._variables)
        command = self.command(order["readable"])
        base = str(self.facts["base"])
        if self._system == "windows" and base:
            # A virtual environment's python.exe starts another process, which a job of one would refuse.
            variables["__PYVENV_LAUNCHER__"] = self.executable
            command[0] = base
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=variables,
            cwd=os.path.abspath(os.sep),
            start_new_session=os.name == "posix",
        )
        guard = _guard(self._system, process, limits)
        line = SpawnLine(process, guard, _meter(self._system, process), limits.memory_bytes)
        body = child.encode(order)
        # Until it has this, the process runs none of the user's code.
        line.send(child.FRAME.pack(len(body), b"O", bytes(8)) + body)
        return line


class SpawnLine:
    """A process behind the pipes of its standard streams, which two threads serve."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        guard: Callable[[], None],
        meter: Callable[[], Usage],
        memory_bytes: int,
    ) -> None:
        self.pid = process.pid
        self._process = process
        self._guard = guard
        self._meter = meter
        self._memory = memory_bytes
        self._out: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._in: queue.Queue[bytes | None] = queue.Queue(_WAITING)
        self._closed = False
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        """Hand the bytes to the writing thread."""
        self._out.put(bytes(data))

    def receive(self, seconds: float) -> bytes:
        """Wait for a part of a reply, with an eye on the memory used."""
        until = time.monotonic() + seconds
        while True:
            try:
                data = self._in.get(timeout=max(0.0, min(_LOOK, until - time.monotonic())))
            except queue.Empty:
                with contextlib.suppress(OSError):
                    if self._meter().resident_bytes > self._memory:
                        raise ChildLost("needed more memory than the limit") from None
                if time.monotonic() >= until:
                    return b""
                continue
            if data is None:
                try:
                    raise ChildLost(epitaph(self._process.wait(0.2)))
                except subprocess.TimeoutExpired:
                    raise ChildLost("closed its result channel") from None
            return data

    def cpu(self) -> float:
        """As the system counts it."""
        try:
            return self._meter().cpu_seconds
        except OSError:
            return 0.0

    def cpu_asleep(self) -> float:
        """No way to see it asleep is the same on all systems."""
        return self.cpu()

    def delay(self) -> float:
        """Not known here."""
        return 0.0

    def close(self) -> None:
        """Kill the process and its session or job, and end the threads."""
        if self._closed:
            return
        self._closed = True
        self._guard()
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._out.put(None)
        for thread in self._threads:
            thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _write(self) -> None:
        stream = self._process.stdin
        while stream is not None and (data := self._out.get()) is not None:
            view = memoryview(data)
            try:
                while view:
                    view = view[os.write(stream.fileno(), view[: 1 << 16]) :]
            except OSError:
                return  # it is gone, as the reading side will say

    def _read(self) -> None:
        stream = self._process.stdout
        data: bytes | None = b""
        while stream is not None and data is not None:
            try:
                data = os.read(stream.fileno(), _READ) or None
            except OSError:
                data = None
            while not self._closed:
                try:
                    self._in.put(data, timeout=0.1)
                    break
                except queue.Full:
                    continue  # unread replies wait in the pipe


def _guard(system: System, process: subprocess.Popen[bytes], limits: Limits) -> Callable[[], None]:
    """What holds the process on this system, as the function that ends it."""
    if sys.platform == "win32" and system == "windows":
        job = windows.Job(
            int(vars(process)["_handle"]), memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds
        )
        return job.close
    return process.kill


def _meter(system: System, process: subprocess.Popen[bytes]) -> Callable[[], Usage]:
    """How to ask what the process uses; no resident size where a limit holds it anyway."""
    if sys.platform == "win32" and system == "windows":
        return lambda: Usage(windows.process_times(int(vars(process)["_handle"])).seconds, 0)
    if system == "macos":
        return lambda: macos.usage(process.pid)
    if sys.platform == "win32":
        return lambda: Usage(0.0, 0)
    clock = (~process.pid << 3) | 2
    return lambda: Usage(time.clock_gettime(clock), 0)
