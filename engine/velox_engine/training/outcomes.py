"""What an action leads to: the versions of a function, the measured steps between them, and walks along them.

A function's versions form a small graph: a kept rewrite leads to another version, everything else stays. Once
measured, any order of actions can be walked for free, which is how the policy is trained and judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.features import MOST_STEPS, STEPS_FEATURE
from velox_engine.policy.records import Proposals

State = tuple[float, ...]
Mask = tuple[bool, ...]
DEFAULT_MAX_STEPS: Final = 8


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a function's source: its features as first met, and the actions that apply to it."""

    id: str
    state: State
    mask: Mask
    # The strategies that have something to propose, by action; None where that was not written down.
    proposals: Proposals | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one action led to at one version."""

    reward: float
    version: Version  # the same version again when nothing was kept
    kept: bool
    runs: int = 0  # candidates verified in the sandbox
    seconds: float = 0.0
    speedup: float | None = None  # of the new version against the original, where something was kept
    statuses: tuple[str, ...] = ()


class Outcomes(Protocol):
    """A function whose steps are known, or can be measured when asked for."""

    @property
    def key(self) -> str:
        """Names the function, wherever its file lies."""
        ...

    @property
    def origin(self) -> str:
        """Where it comes from: data is split by this."""
        ...

    @property
    def root(self) -> Version:
        """The function as it was found."""
        ...

    def outcome(self, version: Version, action: int) -> Outcome:
        """What `action` leads to at `version`, whose mask allows it."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """Outcomes read from disk: nothing is run."""

    key: str
    origin: str
    root: Version
    steps: Mapping[tuple[str, int], Outcome]

    def outcome(self, version: Version, action: int) -> Outcome:
        """The recorded outcome; what was never measured is not offered by the version's mask."""
        return self.steps[version.id, action]


@dataclass(slots=True)
class Walk:
    """One episode over a function: which version it is at, what was tried there, and how many steps it took."""

    outcomes: Outcomes
    max_steps: int = DEFAULT_MAX_STEPS
    version: Version = field(init=False)
    tried: set[int] = field(default_factory=set)
    steps: int = 0
    done: bool = False

    def __post_init__(self) -> None:
        self.version = self.outcomes.root

    @property
    def state(self) -> State:
        """The version's features with the steps of this walk."""
        return with_steps(self.version.state, self.steps)

    @property
    def mask(self) -> Mask:
        """What still can be tried here: an action that changed nothing is not offered again; stopping always is."""
        return without(self.version.mask, self.tried)

    @property
    def proposals(self) -> Proposals | None:
        """What has something to propose here, tried or not."""
        return self.version.proposals

    @property
    def exhausted(self) -> bool:
        """Whether nothing but stopping is left."""
        return only_stopping(self.mask)

    @property
    def spent(self) -> bool:
        """Whether the step limit is reached."""
        return self.steps >= self.max_steps

    def step(self, action: int) -> Outcome:
        """Take an action that the mask allows; the walk is done after stopping or when nothing is left."""
        self.steps += 1
        if action == NO_CHANGE:
            self.done = True
            return Outcome(0.0, self.version, kept=False)
        outcome = self.outcomes.outcome(self.version, action)
        if outcome.kept:
            self.version = outcome.version
            self.tried = set()
        else:
            self.tried.add(action)
        self.done = self.exhausted
        return outcome


def with_steps(state: State, steps: int) -> State:
    """The state as it looks after so many steps."""
    scaled = min(1.0, steps / MOST_STEPS)
    return (*state[:STEPS_FEATURE], scaled, *state[STEPS_FEATURE + 1 :])


def without(mask: Mask, tried: set[int]) -> Mask:
    """The mask less what was tried; stopping stays possible."""
    return tuple(index == NO_CHANGE or (mask[index] and index not in tried) for index in range(len(ACTIONS)))


def only_stopping(mask: Mask) -> bool:
    """Whether a mask offers nothing but to stop."""
    return not any(allowed for index, allowed in enumerate(mask) if index != NO_CHANGE)


def best_return(
    outcomes: Outcomes, max_steps: int = DEFAULT_MAX_STEPS, *, at: Version | None = None
) -> float:
    """The highest sum of rewards of kept rewrites that some order reaches from the root, or from version `at`."""
    best: dict[tuple[str, int], float] = {}

    def value(version: Version, left: int) -> float:
        if left == 0:
            return 0.0
        place = (version.id, left)
        if place not in best:
            best[place] = 0.0  # a way back to this version earns nothing
            for action in range(len(ACTIONS)):
                if version.mask[action] and action != NO_CHANGE:
                    outcome = outcomes.outcome(version, action)
                    if outcome.kept:
                        gained = outcome.reward + value(outcome.version, left - 1)
                        best[place] = max(best[place], gained)
        return best[place]

    return value(at or outcomes.root, max_steps)


def every_step(
    functions: Sequence[Outcomes],
) -> Iterator[tuple[Outcomes, Version, int, Outcome]]:
    """(function, version, action, outcome) of every step at every version, those near the root first."""
    for function in functions:
        pending: list[Version] = [function.root]
        met = {function.root.id}
        while pending:
            version = pending.pop(0)
            for action in range(len(ACTIONS)):
                if action == NO_CHANGE or not version.mask[action]:
                    continue
                outcome = function.outcome(version, action)
                yield function, version, action, outcome
                if outcome.version.id not in met:
                    met.add(outcome.version.id)
                    pending.append(outcome.version)
