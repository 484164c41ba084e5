"""Writes what the advisor tried, found and offered into the experience store."""

from __future__ import annotations

from velox_engine.advisor.advise import FunctionAdvice
from velox_engine.advisor.report import difference_document
from velox_engine.experience.records import AttemptRecord, SuggestionRecord, now
from velox_engine.experience.store import ExperienceStore


def record_advice(store: ExperienceStore, advice: FunctionAdvice, *, workspace: str, origin: str) -> None:
    """Keep the attempts, transitions and suggestions of one function; what is there already stays as it is."""
    episode = advice.transitions[0].episode_id if advice.transitions else ""
    stamp = now()
    store.record_attempts(
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
    )
    store.record_experiences(advice.transitions)
    for suggestion in advice.suggestions:
        store.record_suggestion(SuggestionRecord.of(suggestion, workspace=workspace, origin=origin))
