"""Fits the wide part of a policy: one ridge regression of what every measured step gained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from velox_engine.actions import ACTIONS
from velox_engine.policy.features import FEATURES
from velox_engine.policy.records import Proposals
from velox_engine.policy.wide import Wide
from velox_engine.training.outcomes import Outcomes, every_step, with_steps

_BIAS_RIDGE: Final = 1.0
_FEATURES: Final = len(FEATURES)
_OWN: Final = _FEATURES + 1  # columns of one action: its features and its mean


@dataclass(frozen=True, slots=True)
class _Step:
    action: int
    state: Sequence[float]
    strategies: tuple[tuple[int, str], ...]
    gain: float


def fit(functions: Sequence[Outcomes], *, features: float, strategies: float) -> Wide:
    """The line of each action and what each strategy adds, by their least squared error over all recorded steps.

    `features` and `strategies` are the ridge penalties of both parts, in steps: something seen in as many steps keeps
    half of what they show. Strategies want a large one, for what they bring differs between origins.
    """
    steps = [step for function in functions for step in _steps(function)]
    known = sorted({key for step in steps for key in step.strategies})
    places = {key: len(ACTIONS) * _OWN + place for place, key in enumerate(known)}
    penalties = np.concatenate(
        (
            np.tile([features] * _FEATURES + [_BIAS_RIDGE], len(ACTIONS)),
            np.full(len(known), strategies),
        )
    )
    gram = np.diag(penalties)
    moments = np.zeros(len(penalties))
    for step in steps:
        # A step touches its own action's columns and its strategies', a few of some 800.
        columns = [*range(step.action * _OWN, (step.action + 1) * _OWN), *map(places.get, step.strategies)]
        row = np.asarray([*step.state, 1.0, *[1.0] * len(step.strategies)])
        gram[np.ix_(columns, columns)] += np.outer(row, row)
        moments[columns] += step.gain * row
    solved = np.linalg.solve(gram, moments)
    lines = solved[: len(ACTIONS) * _OWN].reshape(len(ACTIONS), _OWN).astype(np.float32)
    effects = {key: float(solved[place]) for key, place in places.items()}
    return Wide(
        np.ascontiguousarray(lines[:, :_FEATURES]), np.ascontiguousarray(lines[:, _FEATURES]), effects
    )


def _steps(function: Outcomes) -> Iterable[_Step]:
    depth = {function.root.id: 0}
    for _, version, action, outcome in every_step([function]):
        depth.setdefault(outcome.version.id, depth[version.id] + 1)
        carried_out: Proposals = version.proposals or {}
        names = dict.fromkeys(carried_out.get(action, ()))
        state = with_steps(version.state, depth[version.id])
        yield _Step(action, state, tuple((action, name) for name in names), outcome.reward)
