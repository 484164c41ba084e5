"""Training started from an editor goes on without it, and the next server finds it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from wire import Wire

from velox_engine.training import jobs

Start = Callable[..., Wire]


def command(wire: Wire, *arguments: Any) -> Any:
    return wire.call("workspace/executeCommand", {"command": "velox.train", "arguments": list(arguments)})


def test_a_job_outlives_the_server_that_started_it(start: Start, workspace: Path) -> None:
    """The server ends; the job runs on; another server lists it, tells its state and can cancel it."""
    with start() as wire:
        wire.initialize(root=workspace)
        job = command(wire, "run")
        assert job["state"] not in jobs.ENDED
    try:
        with start() as wire:
            wire.initialize(root=workspace)
            assert [one["id"] for one in command(wire, "list")["jobs"]] == [job["id"]]
            assert command(wire, "status", job["id"])["pid"] == job["pid"]
            state = command(wire, "cancel", job["id"])
            # It may have come to its end first, which is an error that says so.
            assert state.get("detail") == "cancelled" or state["error"]["code"] == "job-ended"
            assert command(wire, "status", job["id"])["state"] in jobs.ENDED
            assert command(wire, "dance")["error"]["code"] == "bad-arguments"
    finally:
        if jobs.find(job["id"]).state not in jobs.ENDED:
            jobs.cancel(job["id"])
