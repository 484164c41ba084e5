"""Compares the active policy with its shadow on real decisions: what each would have tried first, and what it brings.

The shadow only watches. Beside each first choice the advisor notes the shadow's; the outcomes of other first tries
on the same function, which it makes anyway, tell what the shadow's choice is worth. Where nobody tried it, it counts
as having brought nothing, so that a shadow is never flattered.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from velox_engine.types import Experience

CHOICE: Final = "choice"  # the key of a transition's evidence that holds both first choices
ROOT: Final = "first_try"  # says that the transition starts from the function as it was found
LATEST: Final = 500  # decisions that count
NEEDED: Final = 40  # decisions before a shadow may be promoted by itself
CERTAINTY: Final = 0.95
_RESAMPLES: Final = 2000


@dataclass(frozen=True, slots=True)
class Decision:
    """One first choice of both policies, and the rewards of the first tries that were made."""

    active: str
    shadow: str  # "" where none watched
    active_action: int
    shadow_action: int | None
    rewards: dict[int, float]

    def reward(self, action: int | None) -> float:
        """What an action brought; nothing where it was not tried."""
        return self.rewards.get(action, 0.0) if action is not None else 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """How one policy did."""

    version: str
    decisions: int
    average_reward: float
    success_rate: float  # share of first choices that brought something
    regret: float  # mean of what the best first try brought beyond the choice

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether the shadow is better than the active policy, on the decisions that both made."""

    decisions: int
    differing: int
    advantage: float  # mean reward of the shadow less that of the active policy
    certainty: float  # share of resamples in which it is above 0

    @property
    def agreement(self) -> float | None:
        """Share of the decisions in which both chose the same; None where there are none."""
        return round(1 - self.differing / self.decisions, 4) if self.decisions else None

    @property
    def better(self) -> bool:
        """Whether that is enough to promote it."""
        return self.decisions >= NEEDED and self.advantage > 0 and self.certainty >= CERTAINTY

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            **asdict(self),
            "agreement": self.agreement,
            "better": self.better,
            "decisions_needed": NEEDED,
        }


def note(active: str, action: int, shadow: str, shadow_action: int | None) -> dict[str, Any]:
    """What to write down beside a first choice."""
    return {"active": active, "action": action, "shadow": shadow, "shadow_action": shadow_action}


def decisions(experiences: Iterable[Experience]) -> list[Decision]:
    """The first choices among transitions, the latest last."""
    rewards: dict[str, dict[int, float]] = defaultdict(dict)
    choices: dict[str, dict[str, Any]] = {}
    for one in experiences:
        if one.source != "measured" or not one.evidence.get(ROOT):
            continue
        rewards[one.episode_id][one.action_idx] = one.reward
        if CHOICE in one.evidence:
            choices[one.episode_id] = one.evidence[CHOICE]
    found = [
        Decision(
            str(choice.get("active", "")),
            str(choice.get("shadow", "")),
            int(choice["action"]),
            choice.get("shadow_action"),
            rewards[episode],
        )
        for episode, choice in choices.items()
    ]
    return found[-LATEST:]


def record_of(version: str, made: Sequence[Decision]) -> Record:
    """The record of one version, active or watching."""
    chosen = [
        (decision.reward(action), max(decision.rewards.values(), default=0.0))
        for decision in made
        for who, action in (
            (decision.active, decision.active_action),
            (decision.shadow, decision.shadow_action),
        )
        if who == version
    ]
    if not chosen:
        return Record(version, 0, 0.0, 0.0, 0.0)
    count = len(chosen)
    return Record(
        version,
        count,
        round(sum(reward for reward, _ in chosen) / count, 4),
        round(sum(reward > 0 for reward, _ in chosen) / count, 4),
        round(sum(max(0.0, best - reward) for reward, best in chosen) / count, 4),
    )


def compare(active: str, shadow: str, made: Sequence[Decision], seed: int = 0) -> Comparison:
    """Compare both on the decisions that they made side by side."""
    both = [one for one in made if one.active == active and one.shadow == shadow]
    gaps = [one.reward(one.shadow_action) - one.reward(one.active_action) for one in both]
    if not gaps:
        return Comparison(0, 0, 0.0, 0.0)
    rng = random.Random(seed)
    better = sum(sum(rng.choices(gaps, k=len(gaps))) > 0 for _ in range(_RESAMPLES))
    differing = sum(one.shadow_action != one.active_action for one in both)
    return Comparison(len(both), differing, round(sum(gaps) / len(gaps), 4), better / _RESAMPLES)


def records_document(active: str, shadow: str | None, made: Sequence[Decision]) -> dict[str, Any]:
    """How the active policy and its shadow did, and both compared where they decided side by side."""
    document: dict[str, Any] = {
        "active": record_of(active, made).document(),
        "shadow": None,
        "comparison": None,
    }
    if shadow is not None:
        document["shadow"] = record_of(shadow, made).document()
        document["comparison"] = compare(active, shadow, made).document()
    return document
