"""Which policy orders the strategies for one function: the active one, moved by what is known here.

What was answered in the workspace moves it, and what came of strategies on functions that look like the one at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from velox_engine.actions import ACTION_INDEX, NO_CHANGE
from velox_engine.advisor.episode import Episode
from velox_engine.experience import similarity
from velox_engine.experience.store import ExperienceStore
from velox_engine.policy import adaptation, registry, shadowing
from velox_engine.policy.agent import Policy
from velox_engine.policy.explanation import Explanation, explain
from velox_engine.policy.records import Proposals
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


def remembering(policy: Policy, store: ExperienceStore, text: str, *, path: str, function: str) -> Policy:
    """The policy with what came of each strategy on functions that look like this text, where there are any."""
    if not policy.learned:
        return policy  # places in a fixed order are no gains to add to
    near = similarity.alike(store, text)
    known = similarity.worked_on(store, near, path=path, function=function)
    return replace(policy, alike=known) if known else policy


@dataclass(frozen=True)
class Choice:
    """The first choice at a function, its explanation, and what the shadow would have chosen."""

    explanation: Explanation | None
    noted: dict[str, Any]


class Chooser:
    """Explains first choices, and asks the shadow beside the policy without listening to it."""

    @cached_property
    def _shadow(self) -> Policy | None:
        return registry.load_shadow()

    def first(self, policy: Policy, episode: Episode) -> Choice | None:
        """Explain and note the first choice at the function as it stands; None where nothing can be chosen."""
        state, mask, proposals = episode.state, episode.mask, episode.proposals
        explanation = explain(policy, state, mask, proposals)
        if explanation is None:
            return None
        shadow, wanted = self._shadow, None
        if shadow is not None:
            order = replace(shadow, alike=policy.alike).rank(state, mask, proposals)
            wanted = next((one for one in order if one != NO_CHANGE), None)
        noted = shadowing.note(
            policy.version, ACTION_INDEX[explanation.action], shadow.version if shadow else "", wanted
        )
        return Choice(explanation, noted)


def next_action(
    policy: Policy, episode: Episode, mask: Sequence[bool], proposals: Proposals | None, tried: set[int]
) -> int | None:
    """The action that the policy likes best of those not tried; None to stop."""
    ranked = [a for a in policy.rank(episode.state, tuple(mask), proposals) if a not in tried]
    if not episode.kept:
        ranked = [a for a in ranked if a != NO_CHANGE]
    return ranked[0] if ranked and ranked[0] != NO_CHANGE else None
