"""What the network must beat: random and fixed orders, the findings' own order, and contextual bandits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from velox_engine.actions import ACTION_INDEX, ACTIONS, NO_CHANGE
from velox_engine.policy.agent import PRIOR_ORDER
from velox_engine.policy.features import FAMILIES, FEATURES
from velox_engine.policy.records import Proposals, Records
from velox_engine.training.outcomes import Outcomes, every_step
from velox_engine.training.tally import Expectations

Floats = NDArray[np.float64]


class Ranker(Protocol):
    """Anything that orders the applicable actions of a state, best first."""

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """The actions that the mask allows, best first, and no_change somewhere among them."""
        ...


class RandomOrder:
    """Applicable actions in random order, stopping last."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """A fresh shuffle."""
        allowed = [index for index in range(len(ACTIONS)) if mask[index] and index != NO_CHANGE]
        self._rng.shuffle(allowed)
        return [*allowed, NO_CHANGE]


class FixedOrder:
    """The same order whatever the state."""

    def __init__(self, order: Sequence[int]) -> None:
        self._order = [action for action in order if action != NO_CHANGE]

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """The order, less what does not apply."""
        return [*(action for action in self._order if mask[action]), NO_CHANGE]


_NOISE: Final = 0.05  # variance of a reward around its regression

# Which action a finding of a family asks for.
_FAMILY_ACTION: Final[Mapping[str, str]] = {
    "membership": "data_structure",
    "queue": "data_structure",
    "string": "string_building",
    "sort": "sorting_selection",
    "invariant": "loop_invariant_hoisting",
    "copy": "comprehension",
    "regex": "regex",
    "exception": "exception_flow",
    "lookup": "stdlib_substitution",
    "numeric_loop": "vectorization",
    "data_frame": "dataframe_vectorization",
    "io": "io_buffering",
    "async": "concurrency",
}


class FindingsFirst:
    """The heuristic a person would write: what the most findings ask for first, then the fixed order."""

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """By the number of findings; recursion asks for caching."""
        first = FEATURES.index(f"findings_{FAMILIES[0]}")
        asked: dict[int, float] = defaultdict(float)
        for place, family in enumerate(FAMILIES):
            asked[ACTION_INDEX[_FAMILY_ACTION[family]]] += state[first + place]
        asked[ACTION_INDEX["caching"]] += state[FEATURES.index("recursion")]
        allowed = [action for action in PRIOR_ORDER if mask[action] and action != NO_CHANGE]
        allowed.sort(key=lambda action: -asked[action])
        return [*allowed, NO_CHANGE]


class StrategyOrder:
    """By what the strategies that have something to propose gained on the training functions, whatever the state."""

    def __init__(self, functions: Sequence[Outcomes]) -> None:
        self._records = Expectations(functions).records

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """The order, less what does not apply."""
        expected = self._records.expected(proposals)
        allowed = [action for action in range(len(ACTIONS)) if mask[action] and action != NO_CHANGE]
        return [*sorted(allowed, key=lambda action: -expected[action]), NO_CHANGE]


class LinearBandit:
    """One ridge regression of the reward for each action, fitted to every measured step.

    `width` above 0 adds that many standard errors, as LinUCB does; `rng` draws the weights from their posterior
    instead, as Thompson sampling does. `informed` ones are also told what the records of strategies let expect.
    """

    def __init__(
        self,
        functions: Sequence[Outcomes],
        *,
        ridge: float = 1.0,
        width: float = 0.0,
        rng: np.random.Generator | None = None,
        informed: bool = False,
    ) -> None:
        size = len(FEATURES) + 1 + informed
        self._width = width
        self._rng = rng
        self._records = Records()
        self._scale: dict[int, Floats] = {}
        self._weights: dict[int, Floats] = {}
        self._spread: dict[int, Floats] = {}
        gram = {action: ridge * np.eye(size) for action in range(len(ACTIONS))}
        moments = {action: np.zeros(size) for action in range(len(ACTIONS))}
        expectations = Expectations(functions) if informed else None
        for function, version, action, outcome in every_step(functions):
            known = () if expectations is None else (expectations.of(function, version)[action],)
            x = np.asarray((*version.state, *known, 1.0))
            gram[action] += np.outer(x, x)
            moments[action] += outcome.reward * x
        if expectations is not None:
            self._records = expectations.records
        for action in range(len(ACTIONS)):
            self._scale[action] = np.linalg.inv(gram[action]).astype(np.float64)
            self._weights[action] = self._scale[action] @ moments[action]
            if rng is not None:
                self._spread[action] = np.linalg.cholesky(_NOISE * self._scale[action]).astype(np.float64)

    def rank(
        self, state: Sequence[float], mask: Sequence[bool], proposals: Proposals | None = None
    ) -> list[int]:
        """By the expected reward of the next step alone."""
        expected = self._records.expected(proposals) if self._records else None
        scores = {
            action: self._score(
                action, np.asarray((*state, *(() if expected is None else (expected[action],)), 1.0))
            )
            for action in range(len(ACTIONS))
            if mask[action]
        }
        scores[NO_CHANGE] = 0.0
        return sorted(scores, key=lambda action: (-scores[action], action))

    def _score(self, action: int, x: Floats) -> float:
        weights = self._weights[action]
        if self._rng is not None:
            weights = weights + self._spread[action] @ self._rng.standard_normal(len(weights))
        return float(weights @ x + self._width * np.sqrt(x @ self._scale[action] @ x))


def best_fixed_order(functions: Sequence[Outcomes]) -> FixedOrder:
    """The order of the mean rewards in the training data; actions never measured follow in the prior order."""
    rewards: dict[int, list[float]] = defaultdict(list)
    for _, _, action, outcome in every_step(functions):
        rewards[action].append(outcome.reward)
    known = sorted(rewards, key=lambda action: -float(np.mean(rewards[action])))
    return FixedOrder([*known, *(action for action in PRIOR_ORDER if action not in rewards)])
