"""Which policy orders the strategies for one workspace: the active one, moved by what was answered there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from velox_engine.actions import ACTION_INDEX, NO_CHANGE
from velox_engine.advisor.episode import Episode
from velox_engine.experience.store import ExperienceStore
from velox_engine.policy import adaptation, registry, shadowing
from velox_engine.policy.agent import Policy
from velox_engine.policy.explanation import Explanation, explain
from velox_engine.strategies.registry import STRATEGIES
from velox_engine.types import FeedbackKind

_ACTION_OF: Final = {strategy.id: ACTION_INDEX[strategy.action] for strategy in STRATEGIES}


def adapted(policy: Policy, store: ExperienceStore, workspace: str) -> Policy:
    """The policy with what the person's choices in this workspace add to it."""
    answers: list[tuple[int, FeedbackKind]] = [
        (_ACTION_OF[strategy], record.kind)
        for record in store.list_feedback(workspace=workspace, limit=adaptation.LATEST)
        for strategy in record.strategies
        if strategy in _ACTION_OF
    ]
    return replace(policy, offsets=adaptation.offsets(answers)) if answers else policy


@dataclass(frozen=True)
class Choice:
    """The first choice at a function, its explanation, and what the shadow would have chosen."""

    explanation: Explanation | None
    noted: dict[str, Any]


class Chooser:
    """Orders the actions of episodes, and asks the shadow beside it without listening to it."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    @cached_property
    def _shadow(self) -> Policy | None:
        return registry.load_shadow()

    def first(self, episode: Episode) -> Choice | None:
        """Explain and note the first choice at the function as it stands; None where nothing can be chosen."""
        state, mask = episode.state, episode.mask
        explanation = explain(self.policy, state, mask)
        if explanation is None:
            return None
        shadow, wanted = self._shadow, None
        if shadow is not None:
            wanted = next((one for one in shadow.rank(state, mask) if one != NO_CHANGE), None)
        noted = shadowing.note(
            self.policy.version, ACTION_INDEX[explanation.action], shadow.version if shadow else "", wanted
        )
        return Choice(explanation, noted)
