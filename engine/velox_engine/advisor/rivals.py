"""Tries what applied to the original and was passed over, because a first rewrite closed the way to it.

An episode is greedy: what it keeps changes the text, and a strategy that fitted before may fit no more. Where the
episode's gain is small, such strategies are tried on the original after all, each on its own.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from velox_engine.actions import ACTIONS
from velox_engine.advisor.episode import Episode, Step, Trial
from velox_engine.types import Attempt

PLENTY = 10.0  # a speed-up at which no rival is looked for


@dataclass(frozen=True, slots=True)
class Rival:
    """One action carried out on the original beside the episode."""

    action: int
    state: tuple[float, ...]
    mask: tuple[bool, ...]
    step: Step


def try_passed_over(
    episode: Episode, attempts: Sequence[Attempt], deadline: float
) -> tuple[list[Attempt], list[Trial], list[Rival]]:
    """Try strategies that the episode never tried on the original; the lists are empty when there is nothing to do."""
    best = episode.kept[-1].measurement if episode.kept else None
    if best is None or best.speedup.median >= PLENTY:
        return [], [], []
    tried = {attempt.strategy for attempt in attempts}
    waiting = [c for c in episode.untouched_candidates() if c.strategy not in tried]
    made: list[Attempt] = []
    trials: list[Trial] = []
    rivals: list[Rival] = []
    for action in dict.fromkeys(candidate.action for candidate in waiting):
        if time.monotonic() >= deadline:
            break
        rival = Episode(
            episode.workbench,
            episode.original,
            episode.qualname,
            prepared=episode.prepared,
            progress=episode.progress,
        )
        state, mask = rival.state, rival.mask
        step = rival.step(ACTIONS.index(action))
        rivals.append(Rival(ACTIONS.index(action), state, mask, step))
        new = [attempt for attempt in step.attempts if attempt.strategy not in tried]
        made += new
        trials += step.trials
    return made, trials, rivals
