"""The rows of the store as frozen values; conversion to and from SQL lives in `store`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from velox_engine.types import Evidence, FeedbackKind, Measurement, Suggestion


def now() -> str:
    """Return the present as the store writes it: ISO 8601, UTC, with microseconds."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class SuggestionRecord:
    """A suggestion that was shown to a person, with the figures it was shown with."""

    id: str
    path: str
    function: str
    workspace: str = ""
    origin: str = ""  # "editor", "cli"
    strategies: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    speedup: tuple[float, float, float] | None = None  # median, low, high
    memory_ratio: float | None = None
    evidence: dict[str, Any] = field(default_factory=dict)
    confidence: float | None = None
    reward: float | None = None
    episode_id: str = ""
    old_function: str = ""
    new_function: str = ""
    timestamp: str = ""

    @classmethod
    def of(
        cls, suggestion: Suggestion, *, workspace: str, origin: str, episode_id: str = ""
    ) -> SuggestionRecord:
        """Describe a suggestion of the advisor as the row to keep."""
        measured = suggestion.measurement
        return cls(
            id=suggestion.id,
            path=suggestion.path,
            function=suggestion.function,
            workspace=workspace,
            origin=origin,
            strategies=suggestion.strategies,
            actions=suggestion.actions,
            speedup=(measured.speedup.median, measured.speedup.low, measured.speedup.high),
            memory_ratio=measured.memory_ratio,
            evidence=kept_evidence(suggestion.verdict.evidence),
            confidence=suggestion.confidence,
            reward=suggestion.reward,
            episode_id=episode_id,
            old_function=suggestion.old_function,
            new_function=suggestion.new_function,
        )


def kept_evidence(evidence: Evidence) -> dict[str, Any]:
    """What a suggestion's row says of how it was checked."""
    return {
        "inputs": evidence.inputs,
        "coverage": evidence.coverage,
        "strength": evidence.strength,
        "tests": evidence.tests,
        "sandbox": evidence.sandbox,
    }


@dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """What a person did with a suggestion, beside what the store knows of it.

    `occasion` tells apart several showings of one suggestion: a kind counts once for each.
    """

    suggestion_id: str
    kind: FeedbackKind
    occasion: str = ""
    timestamp: str = ""
    origin: str = ""
    note: str = ""
    path: str = ""
    function: str = ""
    workspace: str = ""
    strategies: tuple[str, ...] = ()
    speedup: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One strategy tried on one function, and how it ended."""

    path: str
    function: str
    strategy: str
    status: str
    reason: str = ""
    seconds: float = 0.0
    counterexample: dict[str, str] | None = None
    workspace: str = ""
    episode_id: str = ""
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class EpisodeRecord:
    """One function that Velox was asked to optimise, and how that ended."""

    id: str
    path: str
    function: str
    status: str  # "improved", "unchanged", "unverifiable", "error"
    reason: str = ""
    workspace: str = ""
    origin: str = ""
    policy: str = ""  # the version that ordered the strategies
    steps: int = 0
    seconds: float = 0.0
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementRecord:
    """The figures of one suggestion on one machine."""

    suggestion_id: str
    measurement: Measurement
    episode_id: str = ""
    machine: str = ""
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """Where a job that runs in the background stands."""

    id: str
    kind: str
    state: str
    created: str
    updated: str
    detail: str = ""
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One record of the audit: what was offered or chosen, and the digest that the next one builds on."""

    number: int
    timestamp: str
    digest: str
    says: dict[str, Any]
