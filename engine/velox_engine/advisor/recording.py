"""Writes what the advisor tried, found and offered into the experience store."""

from __future__ import annotations

import hashlib
import platform
import uuid
from dataclasses import replace

from velox_engine.advisor.advise import FunctionAdvice
from velox_engine.advisor.coordinated import CoordinatedAdvice
from velox_engine.advisor.report import difference_document
from velox_engine.experience import similarity
from velox_engine.experience.records import (
    AttemptRecord,
    EpisodeRecord,
    MeasurementRecord,
    SuggestionRecord,
    kept_evidence,
    now,
)
from velox_engine.experience.store import ExperienceStore


def record_advice(
    store: ExperienceStore, advice: FunctionAdvice, *, workspace: str, origin: str
) -> FunctionAdvice:
    """Keep all that came of one function, at once; suggestions that are there already stay as they are.

    Returns the advice with what was known before of its rewrites on functions that look alike.
    """
    known = _with_track_records(store, advice)
    episode = advice.transitions[0].episode_id if advice.transitions else uuid.uuid4().hex
    stamp = now()
    store.record_episode(
        EpisodeRecord(
            id=episode,
            path=advice.path,
            function=advice.name,
            status=advice.status,
            reason=advice.reason,
            workspace=workspace,
            origin=origin,
            policy=advice.policy,
            steps=len(advice.transitions),
            seconds=advice.seconds,
            timestamp=stamp,
        ),
        attempts=[
            AttemptRecord(
                path=advice.path,
                function=advice.name,
                strategy=attempt.strategy,
                status=attempt.status,
                reason=attempt.reason,
                seconds=attempt.seconds,
                counterexample=difference_document(attempt.counterexample),
                workspace=workspace,
                episode_id=episode,
                timestamp=stamp,
            )
            for attempt in advice.tried
        ],
        experiences=advice.transitions,
        suggestions=[
            SuggestionRecord.of(suggestion, workspace=workspace, origin=origin, episode_id=episode)
            for suggestion in advice.suggestions
        ],
        measurements=[
            MeasurementRecord(suggestion.id, suggestion.measurement, episode, _machine(), stamp)
            for suggestion in advice.suggestions
        ],
        function=advice.original,
    )
    return known


def record_together(store: ExperienceStore, advice: CoordinatedAdvice, *, workspace: str, origin: str) -> str:
    """Keep an accepted rewrite of several files under the first of them; returns its suggestion's id.

    Its figures are those of the function that gains most, its evidence that of the one least checked.
    """
    candidate = advice.candidate
    texts = "\0".join(f"{change.path}\0{change.new_text}" for change in candidate.files)
    identity = hashlib.sha256(f"{candidate.subject}\0{texts}".encode("utf-8", "surrogatepass")).hexdigest()[
        :16
    ]
    gains = [one.measured for one in advice.comparisons if one.faster and one.measured is not None]
    best = max(gains, key=lambda measured: measured.speedup.median)
    weakest = min(
        (one.verdict.evidence for one in advice.comparisons), key=lambda evidence: evidence.strength or 0.0
    )
    store.record_suggestion(
        SuggestionRecord(
            id=identity,
            path=str(candidate.files[0].path),
            function=candidate.subject.partition("::")[2] or candidate.subject,
            workspace=workspace,
            origin=origin,
            strategies=(candidate.strategy,),
            speedup=(best.speedup.median, best.speedup.low, best.speedup.high),
            memory_ratio=best.memory_ratio,
            evidence={**kept_evidence(weakest), "files": [str(change.path) for change in candidate.files]},
        )
    )
    return identity


def _with_track_records(store: ExperienceStore, advice: FunctionAdvice) -> FunctionAdvice:
    if not advice.suggestions:
        return advice
    near = similarity.alike(store, advice.original)
    place = {"path": advice.path, "function": advice.name}
    return replace(
        advice,
        suggestions=tuple(
            replace(one, track=similarity.track_record(store, near, one.strategies, **place))
            for one in advice.suggestions
        ),
    )


def _machine() -> str:
    """What was measured on, as far as figures of different machines must be told apart."""
    return f"{platform.system()} {platform.machine()}"
