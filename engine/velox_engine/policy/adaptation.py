"""What a person's choices in one workspace add to the policy's values: nothing at first, little by little more.

Retraining takes minutes and many choices; this takes effect at the next function, and only in the workspace where
the choices were made. Each action's value moves by the mean of what its suggestions were answered with, shrunk
towards zero as long as there were few answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.reward import FEEDBACK
from velox_engine.types import FeedbackKind

PRIOR_ANSWERS: Final = 8.0  # answers of no opinion that every action begins with
LATEST: Final = 400  # answers that count: tastes change


def offsets(answers: Iterable[tuple[int, FeedbackKind]]) -> tuple[float, ...]:
    """What to add to the value of each action; `answers` are (action, what was done with it), newest first.

    Ex) 32 rejections of one action: -0.3 · 32 / (32 + 8) = -0.24.
    """
    totals: dict[int, float] = defaultdict(float)
    counts: dict[int, int] = defaultdict(int)
    for number, (action, kind) in enumerate(answers):
        if number >= LATEST:
            break
        if action != NO_CHANGE:
            totals[action] += FEEDBACK[kind]
            counts[action] += 1
    return tuple(
        round(totals[action] / (counts[action] + PRIOR_ANSWERS), 5) for action in range(len(ACTIONS))
    )
