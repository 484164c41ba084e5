"""One training job from data to a published policy: generating, training, evaluating, publishing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from velox_engine.experience.store import ExperienceStore
from velox_engine.policy import registry
from velox_engine.policy.agent import Policy
from velox_engine.training import jobs
from velox_engine.training.collect import collect, write_programs
from velox_engine.training.dataset import (
    Dataset,
    captured,
    flat,
    read,
    rebuild,
    soften,
    split,
)
from velox_engine.training.evaluate import compare
from velox_engine.training.feedback import transitions
from velox_engine.training.hyperparameters import Hyperparameters
from velox_engine.training.outcomes import Recorded
from velox_engine.training.promote import judge, package
from velox_engine.types import Experience, VeloxError

Progress = Callable[[str, int], None]


def _silent(message: str, percentage: int) -> None:
    """Report to nobody."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job is to do."""

    data: tuple[Path, ...] = ()  # empty: the data that ships with Velox
    synthetic: int = 0  # generated programs to measure first
    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    own: bool = True  # learn from the person's store too: what was measured for them, and what they answered
    shadow: bool = False  # go on from the active policy, and let the result watch instead of deciding
    publish: bool = True
    output: Path | None = None  # where the checkpoint is written as well, whatever the gate says


def shipped_data() -> tuple[Path, ...]:
    """The transitions that ship with Velox."""
    return tuple(sorted((registry.shipped_folder() / "data").glob("*.jsonl.gz")))


def run(plan: Plan, job: jobs.Job | None = None, *, progress: Progress = _silent) -> jobs.Job:
    """Carry out a job; its last state says how it ended, and whatever stops it is recorded before it is raised."""
    job = job or jobs.create()
    try:
        return _run(plan, job, progress)
    except BaseException as error:
        cancelled = isinstance(error, KeyboardInterrupt)
        jobs.move(
            job,
            "failed",
            "cancelled" if cancelled else str(error) or type(error).__name__,
        )
        raise


def _run(plan: Plan, job: jobs.Job, progress: Progress) -> jobs.Job:
    # Imported late, because torch takes seconds to load and bad data should be told before.
    settings = plan.hyperparameters
    data, job = _data(plan, job, progress)
    functions = rebuild(data.experiences)
    training, held_out = split(functions, settings.holdout)
    held_out = captured(held_out)
    extra = list(flat(data.experiences))
    answers = [one for one in extra if one.source == "feedback"]
    extra = [one for one in extra if one.source != "feedback"]
    told = 0
    if plan.own:
        with ExperienceStore.open() as store:
            extra += (one for one in store.experiences() if one.source == "measured")
            answers += transitions(store)
            told = len(store.list_feedback())
    job = jobs.move(
        job,
        "training",
        f"{len(training)} functions, {len(extra)} single transitions, {len(answers)} answers",
    )
    policy = _train(
        soften(captured(training), settings.penalty_scale),
        settings,
        extra,
        answers,
        progress,
    )

    job = jobs.move(job, "evaluating", f"{len(held_out)} held-out functions")
    progress("evaluating", 85)
    table = [row.document() for row in compare(policy, training, held_out, seed=settings.seed)]
    gate = judge(policy, registry.load_active(), held_out, seed=settings.seed)
    figures = {"table": table, "gate": gate.document()}
    checkpoint = package(
        policy,
        data={
            **_describe_data(data, training, held_out),
            "answers": len(answers),
            "feedback": told,
        },
        hyperparameters=dataclasses.asdict(settings),
        figures={"table": table},
    )
    checkpoint.save(job.folder)
    version = checkpoint.store("shadow" if plan.shadow else "candidate")
    (job.folder / "evaluation.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    if plan.output is not None:
        checkpoint.save(plan.output)
    if plan.shadow:
        return jobs.move(job, "completed", f"{version} watches as the shadow; {gate.reason}", figures)
    if not gate.passed:
        return jobs.move(job, "rejected", f"{gate.reason}; {version} stays a candidate", figures)
    if not plan.publish:
        return jobs.move(
            job,
            "completed",
            f"{gate.reason}; {version} waits as the candidate",
            figures,
        )
    job = jobs.move(job, "publishing", version)
    registry.assign("active", version)
    return jobs.move(job, "completed", f"{gate.reason}; {version} is active", figures)


def _data(plan: Plan, job: jobs.Job, progress: Progress) -> tuple[Dataset, jobs.Job]:
    paths = list(plan.data or shipped_data())
    if plan.synthetic:
        job = jobs.move(job, "generating", f"{plan.synthetic} programs")
        measured = job.folder / "synthetic.jsonl"
        origins = write_programs(plan.synthetic, plan.hyperparameters.seed, job.folder / "programs")
        collect(
            origins,
            measured,
            report=lambda one, done, total: progress(f"measuring {one.function}", 40 * done // total),
        )
        paths.append(measured)
    if not paths:
        raise VeloxError(
            "no-data",
            "There is nothing to train on.",
            "Name data files, or ask for --synthetic N.",
        )
    data = read(paths)
    if data.bad:
        first = data.bad[0]
        (job.folder / "bad-lines.txt").write_text(
            "".join(f"{bad.path}:{bad.line}: {bad.message}\n" for bad in data.bad),
            encoding="utf-8",
        )
        progress(
            f"{len(data.bad)} bad lines left out; the first: {first.path}:{first.line}: {first.message}",
            40,
        )
    return data, job


def _train(
    training: Sequence[Recorded],
    settings: Hyperparameters,
    extra: list[Experience],
    answers: list[Experience],
    progress: Progress,
) -> Policy:
    try:
        from velox_engine.training.dqn import train
    except ImportError as error:
        raise VeloxError(
            "no-torch",
            "Training needs torch, which is not installed.",
            "pip install 'velox-lsp[train]'",
        ) from error
    return train(
        training,
        settings,
        extra=extra,
        feedback=answers,
        start=None if settings.fresh_start else registry.load_active(),
        report=lambda epoch: progress(
            f"epoch {epoch.number} of {settings.epochs}: loss {epoch.loss:.4f}, return {epoch.mean_return:.3f}",
            40 + 45 * epoch.number // settings.epochs,
        ),
    )


def _describe_data(
    data: Dataset, training: Sequence[Recorded], held_out: Sequence[Recorded]
) -> dict[str, Any]:
    digest = hashlib.sha256()
    for one in data.experiences:
        digest.update(f"{one.episode_id}{one.action_idx}{one.reward}".encode())
    return {
        "transitions": len(data.experiences),
        "sources": dict(Counter(one.source for one in data.experiences)),
        "bad_lines": len(data.bad),
        "training_functions": len(training),
        "held_out_functions": len(held_out),
        "sha256": digest.hexdigest(),
    }
