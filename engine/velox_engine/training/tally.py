"""Counts what each strategy brought on functions with known outcomes: the records that a policy is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.records import Proposals, Records, Tally
from velox_engine.training.outcomes import Outcomes, Version, every_step
from velox_engine.types import Experience

_NOTHING: Final = Tally()


class Expectations:
    """What training expects at each version: everything known of strategies but what its own function showed.

    With its own outcomes in it, an expectation would tell the answer, and the network would learn to trust it.
    """

    def __init__(self, functions: Sequence[Outcomes]) -> None:
        self._own = {function.key: tally_of(function) for function in functions}
        self.records = total(self._own.values())
        self._known: dict[tuple[str, str], NDArray[np.float32]] = {}
        self._others: tuple[str, Records] = ("", self.records)

    def of(self, function: Outcomes, version: Version) -> NDArray[np.float32]:
        """25 numbers for a version of a function that the records were counted on."""
        place = function.key, version.id
        if place not in self._known:
            if self._others[0] != function.key:
                self._others = function.key, self.records.without(self._own[function.key])
            self._known[place] = np.array(self._others[1].expected(version.proposals), np.float32)
        return self._known[place]

    def of_transition(self, one: Experience) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The same before and after a single transition, which names the strategies of its own action only."""
        carried_out = {one.action_idx: tuple(one.evidence.get("strategies", ()))}
        before = _allowed(one.mask, carried_out)
        after = _allowed(one.next_mask, {})
        return (
            np.array(self.records.expected(before), np.float32),
            np.array(self.records.expected(after), np.float32),
        )


def tally_of(function: Outcomes) -> Records:
    """What one function shows: each strategy and each action counts once, with the mean of its tries."""
    tries: dict[Any, list[tuple[float, float]]] = defaultdict(list)
    for _, version, action, outcome in every_step([function]):
        brought = float(outcome.kept), outcome.reward if outcome.kept else 0.0
        tries[action].append(brought)
        for strategy in set((version.proposals or {}).get(action, ())):
            tries[action, strategy].append(brought)
    means = {
        key: Tally(1.0, *(sum(column) / len(rows) for column in zip(*rows, strict=True)))
        for key, rows in tries.items()
    }
    return Records(
        {key: one for key, one in means.items() if isinstance(key, tuple)},
        {key: one for key, one in means.items() if isinstance(key, int)},
    )


def total(parts: Iterable[Records]) -> Records:
    """All of them together."""
    strategies: dict[tuple[int, str], Tally] = {}
    actions: dict[int, Tally] = {}
    for part in parts:
        for key, one in part.strategies.items():
            strategies[key] = strategies.get(key, _NOTHING).plus(one)
        for action, one in part.actions.items():
            actions[action] = actions.get(action, _NOTHING).plus(one)
    return Records(strategies, actions)


def _allowed(mask: Sequence[bool], known: Mapping[int, tuple[str, ...]]) -> Proposals:
    return {
        action: known.get(action, ())
        for action in range(len(ACTIONS))
        if mask[action] and action != NO_CHANGE
    }
