"""Turns what a person did with suggestions into transitions, and says how much of a batch they may make up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from velox_engine.actions import ACTIONS
from velox_engine.experience.records import FeedbackRecord
from velox_engine.experience.store import ExperienceStore
from velox_engine.policy.reward import with_feedback
from velox_engine.types import Experience

BY_COUNT: Final = -1.0  # as a share: let the number of answers decide
# (fewer answers than this, share of each batch): a few answers must not outweigh thousands of measurements.
_SHARES: Final[tuple[tuple[int, float], ...]] = ((100, 0.0), (1_000, 0.1), (10_000, 0.3))
_MOST: Final = 0.5


def share_of(count: int) -> float:
    """Which share of training is taken from feedback when there are `count` transitions of it."""
    return next((share for limit, share in _SHARES if count <= limit), _MOST)


def transitions(store: ExperienceStore) -> Iterator[Experience]:
    """The measured steps behind the answers in the store, with what the person thought added to their reward.

    An answer whose steps are not in the store, such as an imported one, has nothing to learn from.
    """
    answers: dict[str, list[tuple[FeedbackRecord, frozenset[int]]]] = defaultdict(list)
    for record in store.list_feedback():
        shown = store.find_suggestion(record.suggestion_id)
        if shown is not None and shown.episode_id:
            actions = frozenset(ACTIONS.index(action) for action in shown.actions if action in ACTIONS)
            answers[shown.episode_id].append((record, actions))
    for one in store.experiences():
        if one.source != "measured":
            continue
        for record, actions in answers.get(one.episode_id, ()):
            tried = set(one.evidence.get("strategies", ()))
            if one.action_idx in actions and tried & set(record.strategies):
                yield replace(
                    one,
                    reward=with_feedback(one.reward, record.kind),
                    source="feedback",
                    timestamp=record.timestamp,
                    evidence={"answer": record.kind, "suggestion": record.suggestion_id},
                )
