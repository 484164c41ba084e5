"""The reward of one step: what a candidate gained, what it cost to read, and what a person thought of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from velox_engine.types import FeedbackKind, VeloxError

GAIN_WEIGHT: Final = 0.85  # shared between time and memory by the objective
TESTS_WEIGHT: Final = 0.20
LENGTH_WEIGHT: Final = 0.10
COMPLEXITY_WEIGHT: Final = 0.05

REFUTED: Final = -1.0
# Neither a gain nor harm is known: the formula with nothing measured and no test passed.
UNDECIDED: Final = 0.0

FEEDBACK: Final[Mapping[FeedbackKind, float]] = {
    "accepted": 0.3,
    "edited": 0.15,
    "rejected": -0.3,
    "reverted": -0.5,
}


@dataclass(frozen=True, slots=True)
class Objective:
    """How a person splits the gain between time and memory; the two parts sum to 1."""

    runtime: float = 0.60 / GAIN_WEIGHT
    memory: float = 0.25 / GAIN_WEIGHT

    def __post_init__(self) -> None:
        parts = (self.runtime, self.memory)
        if not all(math.isfinite(part) and part >= 0 for part in parts) or not math.isclose(
            sum(parts), 1.0, abs_tol=1e-6
        ):
            raise VeloxError(
                "bad-objective",
                f"objective weights must be at least 0 and sum to 1, not {self.runtime} and {self.memory}",
                "for example --objective runtime=0.7,memory=0.3",
            )


DEFAULT_OBJECTIVE: Final = Objective()


def compute(
    *,
    time_ratio: float | None,
    memory_ratio: float | None,
    test_pass_rate: float,
    length_ratio: float = 1.0,
    complexity_ratio: float = 1.0,
    objective: Objective = DEFAULT_OBJECTIVE,
) -> float:
    """The reward of a verified candidate, in [-1, 1].

    Every ratio is new/old (0.25 is four times faster); None is what was not measured and counts as no
    improvement. `test_pass_rate` is the share of checks that passed: 1.0 for a verified candidate.
    """
    reward = (
        GAIN_WEIGHT * objective.runtime * _improvement(time_ratio)
        + GAIN_WEIGHT * objective.memory * _improvement(memory_ratio)
        + TESTS_WEIGHT * test_pass_rate
        - LENGTH_WEIGHT * _growth(length_ratio)
        - COMPLEXITY_WEIGHT * _growth(complexity_ratio)
    )
    return _clip(reward)


def with_feedback(reward: float, kind: FeedbackKind) -> float:
    """The reward after a person accepted, edited, rejected or reverted the suggestion."""
    return _clip(reward + FEEDBACK[kind])


def ratio(new: float, old: float) -> float:
    """new/old, where nothing became something counts as doubled, and nothing stayed nothing as unchanged."""
    if old > 0:
        return new / old
    return 2.0 if new > 0 else 1.0


def _improvement(new_over_old: float | None) -> float:
    return 0.0 if new_over_old is None or math.isnan(new_over_old) else 1.0 - new_over_old


def _growth(new_over_old: float) -> float:
    return max(0.0, new_over_old - 1.0)


def _clip(value: float) -> float:
    return max(-1.0, min(1.0, value))
