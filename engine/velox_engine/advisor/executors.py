"""Where many functions are worked on at once: in this process, in processes of this machine, or by a Dask cluster.

All three have the shape of `concurrent.futures.Executor`, so that whoever has work need not know which it is. A task
whose process or machine is lost is given to another one before it counts as failed.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from velox_engine.types import VeloxError

DASK: Final = "dask"
_SCHEMES: Final = ("tcp://", "tls://", "ucx://", "ws://", "wss://")
ATTEMPTS: Final = 3
"""How often a task is begun before the loss of its process counts as its own fault."""
_TASKS_A_PROCESS: Final = 100  # then another one takes over, so that nothing can pile up in it


@dataclass(frozen=True, slots=True)
class Workforce:
    """An executor, and how many tasks it works on at the same time."""

    executor: Executor
    width: int
    in_process: bool = False  # tasks run where they are submitted, so they may report while they run


@contextmanager
def open_executor(setting: str, jobs: int) -> Iterator[Workforce]:
    """Open what the setting `executor` names; `jobs` processes of this machine where it names nothing.

    Whatever is still at work when the context ends is ended.
    Raises VeloxError `bad-executor`, `no-dask` or `no-scheduler`.
    """
    if setting == DASK or setting.startswith(_SCHEMES):
        from velox_engine.advisor.dask_cluster import open_cluster

        with open_cluster("" if setting == DASK else setting, jobs) as workforce:
            yield workforce
    elif setting:
        raise VeloxError(
            "bad-executor",
            f"The executor {setting!r} is not known.",
            "Leave the setting `executor` empty, or write `dask` or the address of a Dask scheduler.",
        )
    elif jobs <= 1:
        yield Workforce(InProcess(), 1, in_process=True)
    else:
        executor = Processes(jobs)
        try:
            yield Workforce(executor, jobs)
        finally:
            executor.end()


class InProcess(Executor):
    """Carries out a task while it is submitted."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run the task; an interruption by the person is not kept for later."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Processes(Executor):
    """Processes of this machine; one that dies takes no other task with it."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._lock = threading.Lock()
        self._ended = False
        self._pool = self._new_pool()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give the task to a process."""
        future: Future[Any] = Future()
        self._begin(future, partial(fn, *args, **kwargs), 1)
        return future

    def end(self) -> None:
        """Drop what waits and end the processes with all that they started."""
        with self._lock:
            self._ended, pool = True, self._pool
        # Told to terminate, a worker unwinds, which ends its sandboxes.
        for process in multiprocessing.active_children():
            if process.name.startswith("SpawnProcess"):
                process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        # Spawned, not forked: the sandboxes of one process must never be shared with another.
        return ProcessPoolExecutor(
            self._jobs,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare_worker,
            max_tasks_per_child=_TASKS_A_PROCESS,
        )

    def _begin(self, future: Future[Any], task: Callable[[], Any], attempt: int) -> None:
        with self._lock:
            if self._ended:
                future.cancel()
                return
            pool = self._pool
        try:
            running = pool.submit(task)
        except BrokenProcessPool as error:
            self._lost(pool, future, task, attempt, error)
            return
        running.add_done_callback(partial(self._finished, pool, future, task, attempt))

    def _finished(
        self,
        pool: ProcessPoolExecutor,
        future: Future[Any],
        task: Callable[[], Any],
        attempt: int,
        running: Future[Any],
    ) -> None:
        if running.cancelled():
            future.cancel()
            return
        error = running.exception()
        if isinstance(error, BrokenProcessPool):
            self._lost(pool, future, task, attempt, error)
        elif error is not None:
            future.set_exception(error)
        else:
            future.set_result(running.result())

    def _lost(
        self,
        pool: ProcessPoolExecutor,
        future: Future[Any],
        task: Callable[[], Any],
        attempt: int,
        error: BrokenProcessPool,
    ) -> None:
        with self._lock:
            if self._pool is pool and not self._ended:
                self._pool = self._new_pool()
        if attempt < ATTEMPTS:
            self._begin(future, task, attempt + 1)
        else:
            future.set_exception(error)


def _prepare_worker() -> None:
    """Set up a worker: Ctrl-C is the parent's business, and without the parent there is nothing left to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_watch_parent, daemon=True).start()


def _leave(signum: int, frame: object) -> None:
    raise SystemExit(128 + signum)


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)  # the sandboxes see their parent go and follow
