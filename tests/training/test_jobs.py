"""Training jobs: their states on disk, ends that are told, background processes and cancelling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from velox_engine.experience.rows import experience_line
from velox_engine.policy import registry
from velox_engine.training import jobs
from velox_engine.training.hyperparameters import from_mapping
from velox_engine.training.run import Plan, run
from velox_engine.types import Experience, VeloxError

SHORT = {
    "epochs": 3,
    "steps_per_epoch": 60,
    "walks_per_epoch": 60,
    "hidden_size": 16,
    "learning_rate": 5e-3,
    "networks": 1,
}


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VELOX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(registry, "shipped_folder", lambda: tmp_path / "nothing-shipped")
    return tmp_path


def write_data(path: Path, functions: int = 30) -> Path:
    """Functions on which string_building (9) pays and caching (2), which the prior order prefers, is refuted."""
    state = (0.5,) * 27
    offered = tuple(index in (2, 9, 24) for index in range(25))
    left = tuple(index in (2, 24) for index in range(25))
    with path.open("w") as file:
        for origin in ("generated/0", "generated/3"):
            for number in range(functions):
                for action, reward, after in ((2, -1.0, "a"), (9, 0.7, "b")):
                    evidence = {"origin": origin, "version": "a", "next_version": after, "statuses": ["x"]}
                    key = f"{origin}-{number}"
                    one = Experience(
                        state, action, reward, state, False, offered, left, "measured", key, "now", evidence
                    )
                    file.write(experience_line(one) + "\n")
    return path


def test_a_job_runs_to_publication(tmp_path: Path) -> None:
    """From data to an active policy that is better than the fixed order, with its evaluation kept."""
    plan = Plan(data=(write_data(tmp_path / "d.jsonl"),), hyperparameters=from_mapping(SHORT))
    job = run(plan)
    assert job.state == "completed", job.detail
    assert registry.load_active().version == registry.roles().active
    table = json.loads((job.folder / "evaluation.json").read_text())["table"]
    assert table[0]["name"] == "dqn"
    assert jobs.find(job.id) == job


def test_the_same_policy_again_is_rejected(tmp_path: Path) -> None:
    """Training the same once more brings nothing better, so the active one stays."""
    plan = Plan(data=(write_data(tmp_path / "d.jsonl"),), hyperparameters=from_mapping(SHORT))
    run(plan)
    active = registry.roles().active
    again = run(plan)
    assert again.state == "rejected"
    assert registry.roles().candidate is not None
    assert registry.roles().active == active


def test_without_publishing_the_active_policy_stays(tmp_path: Path) -> None:
    """The checkpoint is written where asked, and nothing else changes."""
    plan = Plan(
        data=(write_data(tmp_path / "d.jsonl"),),
        hyperparameters=from_mapping(SHORT),
        publish=False,
        output=tmp_path / "out",
    )
    assert run(plan).state == "completed"
    assert registry.roles().active is None
    assert (tmp_path / "out" / "weights.safetensors").is_file()


def test_a_job_without_data_fails_and_says_why() -> None:
    """The error is raised for the caller and kept in the job."""
    with pytest.raises(VeloxError):
        run(Plan())
    [job] = jobs.list_jobs()
    assert job.state == "failed"
    assert "nothing to train on" in job.detail


def test_a_job_whose_process_is_gone_has_failed() -> None:
    """A job left in the middle is shown as failed, not as running for ever."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    job = jobs.create()
    raw = json.loads((job.folder / "job.json").read_text())
    (job.folder / "job.json").write_text(json.dumps({**raw, "state": "training", "pid": process.pid}))
    assert jobs.find(job.id).state == "failed"


def test_unknown_and_damaged_jobs_are_errors() -> None:
    """An id that is none, a path, or a broken file never raises anything but a VeloxError."""
    for name in ("absent", "../x", ""):
        with pytest.raises(VeloxError) as error:
            jobs.find(name)
        assert error.value.code == "no-such-job"
    job = jobs.create()
    (job.folder / "job.json").write_text("{")
    with pytest.raises(VeloxError) as error:
        jobs.find(job.id)
    assert error.value.code == "damaged-job"
    assert jobs.list_jobs() == []


def test_a_background_job_can_be_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It outlives its starter's call, is listed while it runs, and ends as cancelled."""
    data = write_data(tmp_path / "d.jsonl")
    job = jobs.start_in_background(["--data", str(data), "--epochs", "100000"])
    assert job.pid != os.getpid()
    while jobs.find(job.id).state == "initiated":
        time.sleep(0.02)
    assert jobs.find(job.id).state == "training"
    cancelled = jobs.cancel(job.id)
    assert (cancelled.state, cancelled.detail) == ("failed", "cancelled")
    with pytest.raises(VeloxError) as error:
        jobs.cancel(job.id)
    assert error.value.code == "job-ended"


def test_a_background_job_that_cannot_start_has_failed() -> None:
    """Wrong arguments end the process before it takes the job over, and the job says so."""
    job = jobs.start_in_background(["--no-such-flag"])
    assert job.state == "failed"
    assert "did not start" in job.detail
