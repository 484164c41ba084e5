"""The replay buffer: transitions in arrays, drawn evenly or by how much the network was wrong about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from velox_engine.actions import ACTIONS
from velox_engine.policy.features import FEATURES
from velox_engine.types import Experience

Floats = NDArray[np.float32]
Expect = Callable[[Experience], tuple[Floats, Floats, Floats, Floats]]
_NOTHING_KNOWN: Final = (0.0,) * len(ACTIONS)


@dataclass(frozen=True, slots=True)
class Transition:
    """What one training step needs to know: `discount` is gamma to the number of steps bridged, 0 at an end."""

    state: Sequence[float]
    action: int
    reward: float
    next_state: Sequence[float]
    next_mask: Sequence[bool]
    discount: float
    mask: Sequence[bool]
    # What is expected of each action before anything is tried, here and at the next state.
    expected: Sequence[float] | Floats = field(default=_NOTHING_KNOWN)
    next_expected: Sequence[float] | Floats = field(default=_NOTHING_KNOWN)
    # What the wide part says there, which is not learned any more.
    given: Sequence[float] | Floats = field(default=_NOTHING_KNOWN)
    next_given: Sequence[float] | Floats = field(default=_NOTHING_KNOWN)


@dataclass(frozen=True, slots=True)
class Batch:
    """Transitions drawn from the buffer, their places in it, and the weights that undo the uneven drawing."""

    state: Floats
    action: NDArray[np.int64]
    reward: Floats
    next_state: Floats
    next_mask: NDArray[np.bool_]
    discount: Floats
    mask: NDArray[np.bool_]
    expected: Floats
    next_expected: Floats
    given: Floats
    next_given: Floats
    places: NDArray[np.int64]
    weights: Floats


class Replay:
    """A ring of transitions; with `alpha` 0 every one is drawn equally often."""

    def __init__(self, size: int, rng: np.random.Generator, *, alpha: float = 0.0) -> None:
        self._rng = rng
        self._alpha = alpha
        self._size = size
        self._count = self._next = 0
        self._state = np.zeros((size, len(FEATURES)), np.float32)
        self._next_state = np.zeros_like(self._state)
        self._mask = np.zeros((size, len(ACTIONS)), np.bool_)
        self._next_mask = np.zeros_like(self._mask)
        self._expected = np.zeros((size, len(ACTIONS)), np.float32)
        self._next_expected = np.zeros_like(self._expected)
        self._given = np.zeros_like(self._expected)
        self._next_given = np.zeros_like(self._expected)
        self._action = np.zeros(size, np.int64)
        self._reward = np.zeros(size, np.float32)
        self._discount = np.zeros(size, np.float32)
        self._priority = np.zeros(size, np.float64)

    def __len__(self) -> int:
        return self._count

    def add(self, transition: Transition) -> None:
        """Store a transition, over the oldest one when the ring is full."""
        place = self._next
        self._state[place] = transition.state
        self._next_state[place] = transition.next_state
        self._mask[place] = transition.mask
        self._next_mask[place] = transition.next_mask
        self._expected[place] = transition.expected
        self._next_expected[place] = transition.next_expected
        self._given[place] = transition.given
        self._next_given[place] = transition.next_given
        self._action[place] = transition.action
        self._reward[place] = transition.reward
        self._discount[place] = transition.discount
        # New ones come first: nothing is known yet of how wrong the network is about them.
        self._priority[place] = self._priority[: self._count].max(initial=1.0)
        self._next = (place + 1) % self._size
        self._count = min(self._count + 1, self._size)

    def extend(self, experiences: Iterable[Experience], gamma: float, expect: Expect) -> None:
        """Store single steps as they were recorded; `expect` says what was to be expected before and after each.

        It gives both from the records, then both from the wide part.
        """
        for one in experiences:
            discount = 0.0 if one.done else gamma
            self.add(
                Transition(
                    one.state,
                    one.action_idx,
                    one.reward,
                    one.next_state,
                    one.next_mask,
                    discount,
                    one.mask,
                    *expect(one),
                )
            )

    def draw(self, size: int, *, beta: float = 1.0) -> Batch:
        """Draw with replacement; the weights are scaled so that the largest is 1."""
        if self._alpha == 0.0:
            places = self._rng.integers(self._count, size=size)
            weights = np.ones(size, np.float32)
        else:
            chances = self._priority[: self._count] ** self._alpha
            chances /= chances.sum()
            places = self._rng.choice(self._count, size=size, p=chances)
            raw = (self._count * chances[places]) ** -beta
            weights = (raw / raw.max()).astype(np.float32)
        return Batch(
            self._state[places],
            self._action[places],
            self._reward[places],
            self._next_state[places],
            self._next_mask[places],
            self._discount[places],
            self._mask[places],
            self._expected[places],
            self._next_expected[places],
            self._given[places],
            self._next_given[places],
            places,
            weights,
        )

    def mark(self, places: NDArray[np.int64], errors: Floats) -> None:
        """Remember how wrong the network was about the transitions drawn."""
        self._priority[places] = np.abs(errors) + 1e-3
