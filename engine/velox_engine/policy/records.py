"""What each strategy brought on functions it was carried out on, and what to expect of it on the next one.

An action such as `data_structure` is carried out by a set on one function and by a deque on another, and these do not
gain alike; which strategies have something to propose is known before anything runs. What is expected of a strategy is
the mean share of the best speed-up that it brought, drawn towards its action's mean while it was tried on few
functions, and moved by how often it worked on code like the function at hand. Where no records came with a policy, only
that last part is told: what alike functions add.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from velox_engine.actions import ACTIONS

# Action → the strategies that have something to propose for the function as it is now.
Proposals = Mapping[int, Sequence[str]]

STRATEGY_SHRINK: Final = 6.0  # functions that a strategy begins with, as good as its action's mean
ACTION_SHRINK: Final = 5.0  # functions that an action begins with, as good as the mean of all
# What is known already weighs like so many alike functions: four of the person's own move a chance half of the way.
ALIKE_SHRINK: Final = 4.0
GAIN: Final = (
    0.5  # the mean share of the best speed-up that a step which works brings: a chance is worth so much
)
USUAL_CHANCE: Final = 0.32  # of a measured step to work (6,603 of 20,408), where no records say more


@dataclass(frozen=True, slots=True)
class Tally:
    """On how many functions something was tried, on how many it worked, and what it gained in all of them together.

    Where it was tried at several versions of a function, that function counts once, with the mean.
    """

    functions: float = 0.0
    worked: float = 0.0
    gained: float = 0.0  # shares of the function's best speed-up, in logarithms

    def plus(self, other: Tally, sign: float = 1.0) -> Tally:
        """Both together, or with `sign` -1 this one without the other."""
        return Tally(
            self.functions + sign * other.functions,
            self.worked + sign * other.worked,
            self.gained + sign * other.gained,
        )


_NOTHING: Final = Tally()


@dataclass(frozen=True, slots=True)
class Records:
    """The tallies of strategies, each under the action that it carries out, and of the actions."""

    strategies: Mapping[tuple[int, str], Tally] = field(default_factory=dict)
    actions: Mapping[int, Tally] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.actions)

    def without(self, own: Records) -> Records:
        """These records less what one function brought: what was known before it was seen."""
        strategies = {
            key: tally.plus(own.strategies[key], -1.0) if key in own.strategies else tally
            for key, tally in self.strategies.items()
        }
        actions = {
            key: tally.plus(own.actions[key], -1.0) if key in own.actions else tally
            for key, tally in self.actions.items()
        }
        return Records(strategies, actions)

    def expected(
        self, proposals: Proposals | None, alike: Mapping[str, tuple[int, int]] | None = None
    ) -> tuple[float, ...]:
        """What each of the 25 actions can be expected to gain; 0 for those that have nothing to propose.

        `alike` says of a strategy (worked, tried) on functions that look like this one. Where it is not known what is
        proposed (`proposals` None), each action's mean is told.
        """
        if not self and (not alike or proposals is None):
            return (0.0,) * len(ACTIONS)
        overall = self._overall()
        actions = range(len(ACTIONS)) if proposals is None else proposals
        best = [0.0] * len(ACTIONS)
        for action in actions:
            mean = _shrunk(self.actions.get(action, _NOTHING), ACTION_SHRINK, overall)
            ids = proposals[action] if proposals is not None else ()
            found = [self._of_strategy(action, one, mean, alike) for one in ids]
            best[action] = max(found, default=mean[1])
        return tuple(best)

    def likeliest(
        self, action: int, ids: Iterable[str], alike: Mapping[str, tuple[int, int]] | None = None
    ) -> str:
        """The strategy of an action that most is expected of; "" where it has none."""
        mean = _shrunk(self.actions.get(action, _NOTHING), ACTION_SHRINK, self._overall())
        return max(ids, key=lambda one: self._of_strategy(action, one, mean, alike), default="")

    def _of_strategy(
        self,
        action: int,
        strategy: str,
        mean: tuple[float, float],
        alike: Mapping[str, tuple[int, int]] | None,
    ) -> float:
        chance, gain = _shrunk(self.strategies.get((action, strategy), _NOTHING), STRATEGY_SHRINK, mean)
        worked, tried = (alike or {}).get(strategy, (0, 0))
        if not tried:
            return gain
        return gain + GAIN * ((ALIKE_SHRINK * chance + worked) / (ALIKE_SHRINK + tried) - chance)

    def _overall(self) -> tuple[float, float]:
        """(chance to work, expected gain), the mean over the actions that were tried."""
        known = [tally for tally in self.actions.values() if tally.functions > 0]
        if not known:
            return USUAL_CHANCE, 0.0
        return (
            sum(tally.worked / tally.functions for tally in known) / len(known),
            sum(tally.gained / tally.functions for tally in known) / len(known),
        )

    def text(self) -> str:
        """As JSON, for the checkpoint."""
        return json.dumps(
            {
                "actions": {ACTIONS[key]: _three(one) for key, one in sorted(self.actions.items())},
                "strategies": {
                    f"{ACTIONS[action]}/{strategy}": _three(one)
                    for (action, strategy), one in sorted(self.strategies.items())
                },
            }
        )

    @classmethod
    def parse(cls, text: str) -> Records:
        """Read what `text` wrote; ValueError where it is anything else."""
        try:
            raw = json.loads(text)
            actions = {ACTIONS.index(name): _tally(row) for name, row in raw["actions"].items()}
            strategies: dict[tuple[int, str], Tally] = {}
            for name, row in raw["strategies"].items():
                action, _, strategy = name.partition("/")
                strategies[ACTIONS.index(action), strategy] = _tally(row)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"its records of strategies are not in their form: {error!r}") from error
        return cls(strategies, actions)


def _shrunk(tally: Tally, weight: float, towards: tuple[float, float]) -> tuple[float, float]:
    whole = tally.functions + weight
    return (tally.worked + weight * towards[0]) / whole, (tally.gained + weight * towards[1]) / whole


def _three(tally: Tally) -> list[float]:
    return [round(tally.functions, 4), round(tally.worked, 4), round(tally.gained, 4)]


def _tally(row: Any) -> Tally:
    numbers = [float(number) for number in row]
    if len(numbers) != 3 or not all(map(math.isfinite, numbers)) or numbers[0] < 0:
        raise ValueError(f"{row!r} is no tally")
    return Tally(*numbers)
