"""The parent's handle of one zygote: the process on the user's interpreter that makes one fork per run."""

from __future__ import annotations

import array
import contextlib
import os
import queue
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from velox_engine.types import VeloxError
from velox_engine.verify.sandbox import child
from velox_engine.verify.sandbox.interpreter import child_arguments, child_variables, real_executable

BOOT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Fork:
    """One forked run: its process id as seen from here, and a handle that cannot be mistaken for another process."""

    pid: int  # 0 when the process was gone before its id could be read
    inner_pid: int  # as the zygote sees it
    handle: int


class Zygote:
    """Starts at once; `close` kills it, and the kernel then kills its runs."""

    def __init__(
        self, interpreter: str, *, hash_seed: int, layers: Sequence[str], preload: Sequence[str]
    ) -> None:
        self.executable = real_executable(interpreter)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = {"parent": os.getpid(), "layers": list(layers), "preload": list(preload)}
        try:
            self.process = _from_lasting_thread(
                lambda: subprocess.Popen(
                    [self.executable, *child_arguments(str(theirs.fileno()))],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=child_variables(hash_seed),
                    cwd="/",
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,
                )
            )
        except OSError as error:
            ours.close()
            raise VeloxError(
                "bad-interpreter",
                f"{self.executable} cannot be started: {error}",
                "Choose another interpreter.",
            ) from error
        finally:
            theirs.close()
        self.control = ours
        try:
            ours.settimeout(BOOT_SECONDS)
            ours.send(child.encode(config))
            self.facts = self._hear()[0]
        except (OSError, child.BadBytes, EOFError) as error:
            self._fail_to_boot(str(error))
        if "error" in self.facts:
            self._fail_to_boot(str(self.facts["error"]))
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _fail_to_boot(self, why: str) -> None:
        self.process.kill()
        said = self.process.stderr.read().decode("utf-8", "replace").strip() if self.process.stderr else ""
        self.close()
        raise VeloxError(
            "sandbox-start",
            f"The sandbox does not start on {self.executable}: {(said.splitlines() or [why])[-1]}",
            "Velox needs CPython 3.9 or later on Linux 5.4 or later; `velox doctor` shows what this machine offers.",
        )

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    def fork(self, order: dict[str, Any], requests: int, replies: int) -> Fork:
        """Make one run that reads from and writes to the given pipe ends."""
        descriptors = array.array("i", [requests, replies])
        message = child.encode({"do": "fork", **order})
        self.control.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        answer, handles = self._hear()
        if len(handles) != 1:
            raise OSError("no handle for the new process")
        return Fork(_pid_of(handles[0]), answer["pid"], handles[0])

    def status(self, pid: int, wait: float) -> int | None:
        """The wait status of an ended run, by the zygote's number for it."""
        self.control.send(child.encode({"do": "status", "pid": pid, "wait": wait}))
        return self._hear()[0]["status"]

    def _hear(self) -> tuple[dict[str, Any], list[int]]:
        data, extra, _, _ = self.control.recvmsg(1 << 18, socket.CMSG_SPACE(16), socket.MSG_CMSG_CLOEXEC)
        if not data:
            raise EOFError("the sandbox process ended")
        handles = array.array("i")
        for level, kind, raw in extra:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                handles.frombytes(raw[: len(raw) - len(raw) % 4])
        return child.decode(data, 1)[0], list(handles)

    def close(self) -> None:
        """Kill it and everything it started."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        # In a namespace of its own the work is done one process further down, which ends a moment later.
        with contextlib.suppress(OSError):
            self.control.settimeout(1.0)
            while self.control.recv(1 << 18):
                pass
        self.control.close()
        if self.process.stderr is not None:
            self.process.stderr.close()


_Start = Callable[[], subprocess.Popen[bytes]]
_starters: dict[int, queue.SimpleQueue[tuple[_Start, Future[subprocess.Popen[bytes]]]]] = {}
_starters_lock = threading.Lock()


def _from_lasting_thread(start: _Start) -> subprocess.Popen[bytes]:
    """Start a process from a thread that lives as long as we do.

    A parent-death signal follows the thread that started the process, not the process. An executor's threads would
    not do: they end when the main thread does, before others have.
    """
    with _starters_lock:
        orders = _starters.get(os.getpid())  # by process, for a fork of ours has no threads
        if orders is None:
            orders = _starters[os.getpid()] = queue.SimpleQueue()
            threading.Thread(target=_start_ordered, args=(orders,), name="velox-zygotes", daemon=True).start()
    answer: Future[subprocess.Popen[bytes]] = Future()
    orders.put((start, answer))
    return answer.result()


def _start_ordered(orders: queue.SimpleQueue[tuple[_Start, Future[subprocess.Popen[bytes]]]]) -> None:
    while True:
        start, answer = orders.get()
        try:
            answer.set_result(start())
        except BaseException as error:
            answer.set_exception(error)
        del start, answer  # or the process would be kept until the next one


def _pid_of(handle: int) -> int:
    """The process id behind a pidfd in our own namespace; the sender's number may be of another."""
    with open(f"/proc/self/fdinfo/{handle}") as lines:
        for line in lines:
            if line.startswith("Pid:"):
                return max(0, int(line.split()[1]))
    return 0


def kill(handle: int) -> None:
    """SIGKILL to exactly the process behind the pidfd, and wait until it has ended."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    select.select([handle], [], [], 1.0)
