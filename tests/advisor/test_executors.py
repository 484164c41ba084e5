"""Executors of one shape: work comes back, a lost process takes no other task with it, and nothing stays behind."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import as_completed, wait
from pathlib import Path
from typing import Any

import pytest

from velox_engine.advisor.executors import Workforce, open_executor
from velox_engine.types import VeloxError

LOCAL = ("", "dask")


# In a file of its own: other processes import the tasks by name.
TASKS = """\
import os, signal, time


def square(number: int) -> int:
    return number * number


def fail(message: str) -> None:
    raise ValueError(message)


def process_id(seconds: float = 0.0) -> int:
    time.sleep(seconds)
    return os.getpid()


def die_once(mark: str) -> int:
    '''End the whole process the first time, as a lack of memory does.'''
    if not os.path.exists(mark):
        with open(mark, "w", encoding="utf-8") as file:
            file.write("died")
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module of tasks, which the processes of every executor can import."""
    (tmp_path / "pool_tasks.py").write_text(TASKS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    yield importlib.import_module("pool_tasks")
    del sys.modules["pool_tasks"]


@pytest.fixture(params=LOCAL)
def two(request: pytest.FixtureRequest, tasks: Any) -> Iterator[Workforce]:
    """Two processes of this machine: ours, and a real Dask cluster of two workers."""
    if request.param == "dask":
        pytest.importorskip("distributed")
    with open_executor(request.param, 2) as workforce:
        yield workforce


def test_results_and_errors_come_back(two: Workforce, tasks: Any) -> None:
    """Futures as `concurrent.futures` has them, from two processes that are not this one."""
    assert two.width == 2
    futures = [two.executor.submit(tasks.square, number) for number in range(10)]
    assert sorted(future.result(timeout=60) for future in as_completed(futures)) == [n * n for n in range(10)]
    failing = two.executor.submit(tasks.fail, "no")
    with pytest.raises(ValueError, match="no"):
        failing.result(timeout=60)
    busy = [two.executor.submit(tasks.process_id, 0.5) for _ in range(4)]
    processes = {future.result(timeout=60) for future in busy}
    assert os.getpid() not in processes
    assert len(processes) == 2


def test_a_lost_worker_costs_no_task(two: Workforce, tasks: Any, tmp_path: Path) -> None:
    """A worker is killed in the middle of its work: its task is done by another one, and so are all that waited."""
    lost = two.executor.submit(tasks.die_once, str(tmp_path / "mark"))
    others = [two.executor.submit(tasks.square, number) for number in range(20, 30)]
    assert lost.result(timeout=120) > 0
    assert (tmp_path / "mark").exists()
    wait(others, timeout=120)
    assert [future.result(timeout=1) for future in others] == [n * n for n in range(20, 30)]


def test_a_task_that_kills_every_worker_ends(two: Workforce, tasks: Any) -> None:
    """It counts as failed after some attempts, and does not take the run with it."""
    deadly = two.executor.submit(tasks.die)
    with pytest.raises(Exception):  # noqa: B017 - each executor has its own
        deadly.result(timeout=120)
    assert two.executor.submit(tasks.square, 3).result(timeout=120) == 9


def test_work_under_way_is_ended_with_the_context() -> None:
    """Leaving early ends what runs; no process stays behind."""
    with open_executor("", 2) as workforce:
        for _ in range(6):
            workforce.executor.submit(time.sleep, 60)
        while len(multiprocessing.active_children()) < 2:
            time.sleep(0.02)
        began = [process.pid for process in multiprocessing.active_children()]
    for pid in began:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


ORPHANS = """\
import os, sys, time
from velox_engine.advisor.executors import open_executor

if __name__ == "__main__":
    with open_executor("", 2) as workforce:
        futures = [workforce.executor.submit(os.getpid) for _ in range(4)]
        print(*{future.result() for future in futures}, flush=True)
        workforce.executor.submit(time.sleep, 60)
        time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_workers_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    """After `kill -9` of the run its processes end by themselves."""
    script = tmp_path / "orphans.py"
    script.write_text(ORPHANS)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        workers = [int(word) for word in process.stdout.readline().split()]
        process.kill()
    assert workers
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_one_job_runs_in_this_process(tasks: Any) -> None:
    """No process is started for one function at a time."""
    with open_executor("", 1) as workforce:
        assert workforce.in_process
        assert workforce.executor.submit(tasks.process_id).result() == os.getpid()


def test_an_unknown_executor_and_an_absent_scheduler_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which setting to look at."""
    with pytest.raises(VeloxError, match="not known"), open_executor("celery", 2):
        pass
    pytest.importorskip("distributed")
    monkeypatch.setattr("velox_engine.advisor.dask_cluster._CONNECT_SECONDS", 0.5)
    with pytest.raises(VeloxError) as caught, open_executor("tcp://127.0.0.1:9", 2):
        pass
    assert caught.value.code == "no-scheduler"
