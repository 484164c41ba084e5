"""Training runs as jobs: each has a folder with its state, its log and its artefacts, and survives its starter."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from velox_engine.experience.location import data_dir
from velox_engine.experience.records import JobRecord
from velox_engine.types import VeloxError

JobState = Literal[
    "initiated", "generating", "training", "evaluating", "publishing", "completed", "rejected", "failed"
]
ENDED: Final[frozenset[JobState]] = frozenset({"completed", "rejected", "failed"})
_GENTLE: Final = 15
_FILE: Final = "job.json"
LOG: Final = "log.txt"


@dataclass(frozen=True, slots=True)
class Job:
    """One training run as it stands on disk."""

    id: str
    state: JobState
    created: str
    updated: str
    pid: int
    started: str = ""  # of the process, by the system's count: tells it from a later one with the same number
    detail: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the job's artefacts are."""
        return jobs_folder() / self.id


def jobs_folder() -> Path:
    """The folder of all jobs."""
    return data_dir() / "jobs"


def create() -> Job:
    """Begin a job that this process carries out."""
    jobs_folder().mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = Path(tempfile.mkdtemp(prefix=f"{stamp}-", dir=jobs_folder()))
    return _write(Job(folder.name, "initiated", _now(), _now(), os.getpid(), _started(os.getpid())))


def move(job: Job, state: JobState, detail: str = "", figures: Mapping[str, Any] | None = None) -> Job:
    """Record the next state."""
    return _write(replace(job, state=state, updated=_now(), detail=detail, figures=figures or job.figures))


def find(job_id: str) -> Job:
    """Read a job; one whose process is gone without an end has failed. VeloxError `no-such-job`."""
    path = jobs_folder() / job_id / _FILE
    if not job_id or job_id != Path(job_id).name or not path.is_file():
        raise VeloxError("no-such-job", f"There is no job {job_id!r}.", "`velox train list` shows them.")
    try:
        job = Job(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise VeloxError(
            "damaged-job", f"The state of job {job_id} cannot be read: {error}", f"Delete {path.parent}."
        ) from error
    if job.state not in ENDED and not _alive(job):
        return replace(job, state="failed", detail="its process ended before it did")
    return job


def list_jobs() -> list[Job]:
    """Every readable job, the latest first."""
    found: list[Job] = []
    folder = jobs_folder()
    for path in sorted(folder.glob(f"*/{_FILE}"), reverse=True) if folder.is_dir() else ():
        try:
            found.append(find(path.parent.name))
        except VeloxError:
            continue
    return found


def cancel(job_id: str, *, patience: float = 5.0) -> Job:
    """End a running job's process; VeloxError `job-ended` when it ran no more."""
    job = find(job_id)
    if job.state in ENDED:
        raise VeloxError("job-ended", f"Job {job_id} is already {job.state}.", "Nothing to cancel.")
    os.kill(job.pid, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while _alive(job) and time.monotonic() < deadline:
        time.sleep(0.05)
    if _alive(job):
        os.kill(job.pid, signal.SIGKILL)
    return move(job, "failed", "cancelled")


def adopt(job_id: str) -> Job:
    """Take over a job that another process created: from now on it lives and dies with this one."""
    job = find(job_id)
    return _write(replace(job, pid=os.getpid(), started=_started(os.getpid()), updated=_now()))


def start_in_background(arguments: Sequence[str], *, gently: bool = False, patience: float = 60.0) -> Job:
    """Run `velox train run` with these arguments in a process that outlives this one, `gently` at low priority.

    Returns when the process has taken the job over, or has ended before it could.
    """
    job = create()
    with (job.folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "velox_engine.cli.main", "train", "run", "--job", job.id, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    if gently and hasattr(os, "setpriority"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _GENTLE)
    deadline = time.monotonic() + patience
    while (current := find(job.id)).pid == job.pid and time.monotonic() < deadline:
        if process.poll() is not None:
            return move(job, "failed", f"it did not start: see {job.folder / LOG}")
        time.sleep(0.05)
    return current


def _write(job: Job) -> Job:
    descriptor, name = tempfile.mkstemp(prefix=".job-", dir=job.folder)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(job), file, indent=2)
    os.replace(name, job.folder / _FILE)
    _note(job)
    return job


def _note(job: Job) -> None:
    """Tell the store, where a job's outcome outlives its folder; a job does not fail for that."""
    from velox_engine.experience import ExperienceStore

    with suppress(VeloxError), ExperienceStore.open() as store:
        figures = dict(job.figures)
        store.record_job(
            JobRecord(job.id, "training", job.state, job.created, job.updated, job.detail, figures)
        )


def _alive(job: Job) -> bool:
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not job.started or _started(job.pid) == job.started


def _started(pid: int) -> str:
    """When the process began and that it is no zombie, as Linux counts; "" where the system does not say."""
    try:
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return ""
    return "ended" if fields[0] == "Z" else fields[19]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
