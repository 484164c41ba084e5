"""The worker's answer comes back whatever else it says, and no process of it survives a cancellation."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from velox_engine.jobs import WORKER, run_worker
from velox_engine.types import VeloxError

SCRIPT = Path(__file__).parent / "scripted_worker.py"
TEXT = (
    "def dedupe(xs):\n    out = []\n    for x in xs:\n        if x not in out:\n"
    "            out.append(x)\n    return out\n"
)


def work(behaviour: str, folder: Path, progress: Any = lambda message, percentage: None) -> Any:
    request = {
        "command": "optimize",
        "path": "f.py",
        "text": TEXT,
        "function": "dedupe",
        "workspace": str(folder),
    }
    return run_worker(request, progress, command=(sys.executable, str(SCRIPT), behaviour), folder=str(folder))


def is_alive(identity: int) -> bool:
    try:
        os.kill(identity, 0)
    except ProcessLookupError:
        return False
    # A dead child of a dead parent can wait for init as a zombie.
    stat = Path(f"/proc/{identity}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


async def test_result_comes_with_its_progress(tmp_path: Path) -> None:
    """Progress is reported as it happens, then the result is returned."""
    seen: list[tuple[str, int]] = []
    result = await work("improved", tmp_path, lambda message, percentage: seen.append((message, percentage)))
    assert result["functions"][0]["status"] == "improved"
    assert seen == [("finding inputs", 20), ("measuring", 80)]


async def test_garbage_around_the_answer_is_passed_over(tmp_path: Path) -> None:
    """Lines that are no replies cost nothing."""
    result = await work("garbage", tmp_path)
    assert result["functions"][0]["status"] == "improved"


@pytest.mark.parametrize(
    ("behaviour", "code", "words"),
    [
        ("error", "syntax-error", "line 3"),
        ("crash", "worker-failed", "signal 6 without an answer. Its last words: Traceback: it broke"),
        ("silent", "worker-failed", "code 0 without an answer"),
    ],
)
async def test_failure_is_an_error_with_a_reason(
    tmp_path: Path, behaviour: str, code: str, words: str
) -> None:
    """An error of the worker is passed on, and its sudden end is one too."""
    with pytest.raises(VeloxError) as caught:
        await work(behaviour, tmp_path)
    assert caught.value.code == code
    assert words in caught.value.message


async def test_worker_that_does_not_exist_is_an_error() -> None:
    """A broken installation is said, not raised through the server."""
    with pytest.raises(VeloxError) as caught:
        await run_worker({}, lambda message, percentage: None, command=("/nowhere/python",))
    assert caught.value.code == "worker-failed"


@pytest.mark.parametrize("behaviour", ["slow", "stubborn"])
async def test_cancelling_ends_the_worker_and_its_children(tmp_path: Path, behaviour: str) -> None:
    """Also a worker that ignores the polite signal is gone, with what it started."""
    job = asyncio.ensure_future(work(behaviour, tmp_path))
    pids = tmp_path / "pids.json"
    while not (pids.exists() and pids.read_text()):
        await asyncio.sleep(0.02)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    limit = time.monotonic() + 10
    while any(map(is_alive, json.loads(pids.read_text()))):
        assert time.monotonic() < limit, "a process outlived the cancellation"
        await asyncio.sleep(0.02)


def test_worker_never_imports_from_the_workspace() -> None:
    """The real command keeps the current folder off the import path: the workspace is not trusted code."""
    assert "-P" in WORKER
