"""Judges rankers on functions they never saw: what share of the achievable reward they find, in how many tries.

A try is one action carried out: its candidates are verified and measured, which is what costs time. The oracle
knows every outcome and takes the shortest way to the best return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from velox_engine.actions import ACTIONS, NO_CHANGE
from velox_engine.policy.agent import Policy
from velox_engine.training.baselines import (
    FindingsFirst,
    LinearBandit,
    RandomOrder,
    Ranker,
    StrategyOrder,
    best_fixed_order,
)
from velox_engine.training.dataset import captured
from velox_engine.training.outcomes import (
    DEFAULT_MAX_STEPS,
    Outcome,
    Outcomes,
    Recorded,
    Version,
    Walk,
    best_return,
)

TRIES: Final = DEFAULT_MAX_STEPS
_RESAMPLES: Final = 2000
_ROUNDS: Final = 10
_LEAST_GAIN: Final = 1e-6
_FOUND: Final = 0.95  # of the best: what lies between is the noise of two measurements
Maker = Callable[[int], Ranker]


@dataclass(frozen=True, slots=True)
class Course:
    """One ranker's way through one function."""

    share: tuple[float, ...]  # of the best return, found after 1, 2, … TRIES tries
    runs_to_best: int | None  # sandbox runs until all that this function offers was found; None: never
    runs: int  # sandbox runs had every try been made


@dataclass(frozen=True, slots=True)
class Score:
    """How a ranker did over the functions where something can be gained."""

    name: str
    functions: int
    within_1: float
    within_2: float
    within_3: float
    area: float  # mean share over 1 … TRIES tries
    area_low: float  # 95 % bootstrap interval over functions
    area_high: float
    runs_to_best: float  # mean over the functions whose best was found
    found_best: float  # share of functions whose best return was reached within TRIES
    first_choice: float  # share of choices between at least two actions whose first try was the best one
    curve: tuple[float, ...] = ()  # mean share after 1 … TRIES tries, and its 95 % interval
    curve_low: tuple[float, ...] = ()
    curve_high: tuple[float, ...] = ()
    origins: int = 0
    area_origins: tuple[float, float] = (
        0.0,
        0.0,
    )  # the interval over origins, whose functions share their habits
    # The first row's area less this one's on the same functions, with both intervals.
    lead: float = 0.0
    lead_functions: tuple[float, float] = (0.0, 0.0)
    lead_origins: tuple[float, float] = (0.0, 0.0)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {name: _rounded(value) for name, value in asdict(self).items()}


def follow(
    ranker: Ranker,
    function: Outcomes,
    max_steps: int = TRIES,
    *,
    best: float | None = None,
) -> Course:
    """Let a ranker choose until nothing is left; it is not let stop, for stopping is judged by its own figure.

    `best` is the function's best return, where it is known already.
    """
    best = best_return(function, max_steps) if best is None else best
    walk = Walk(function, max_steps)
    found, runs = 0.0, 0
    share: list[float] = []
    runs_to_best: int | None = None
    while not walk.done and not walk.spent:
        action = next(
            (one for one in ranker.rank(walk.state, walk.mask, walk.proposals) if one != NO_CHANGE),
            NO_CHANGE,
        )
        if action == NO_CHANGE:
            break
        outcome = walk.step(action)
        runs += outcome.runs
        if outcome.kept:
            found += outcome.reward
        share.append(_share(found, best))
        if runs_to_best is None and found >= _FOUND * best:
            runs_to_best = runs
    share += [share[-1] if share else 0.0] * (max_steps - len(share))
    return Course(tuple(share), runs_to_best, runs)


def score(
    name: str,
    make: Maker,
    functions: Sequence[Outcomes],
    *,
    repeats: int = 1,
    seed: int = 0,
    against: np.ndarray | None = None,
) -> Score:
    """Follow a ranker over the functions where something can be gained, with an interval by bootstrap.

    A ranker that draws lots is made anew `repeats` times and averaged for each function.
    """
    bests = [(one, best) for one in functions if (best := best_return(one)) > _LEAST_GAIN]
    worth = [one for one, _ in bests]
    rounds = [
        [follow(ranker, one, best=best) for one, best in bests]
        for ranker in map(make, range(seed, seed + repeats))
    ]
    first = float(np.mean([first_choice(make(seed + number), worth) for number in range(repeats)]))
    return summarise(name, rounds, first, seed, [hand(one.origin) for one in worth], against)


def summarise(
    name: str,
    rounds: Sequence[Sequence[Course]],
    first: float,
    seed: int = 0,
    origins: Sequence[str] = (),
    against: np.ndarray | None = None,
) -> Score:
    """The figures of a table's row from the courses of one or more rounds over the same functions.

    `origins` names each function's, and `against` holds the areas of the row that this one is compared with.
    """
    count = len(rounds[0])
    if count == 0:
        return Score(name, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    shares = np.array([[course.share for course in courses] for courses in rounds]).mean(axis=0)
    reached = [
        course.runs_to_best for courses in rounds for course in courses if course.runs_to_best is not None
    ]
    low, high = interval(shares.mean(axis=1), seed)
    mean = shares.mean(axis=0)
    bands = [interval(shares[:, place], seed) for place in range(shares.shape[1])]
    own = shares.mean(axis=1)
    lead = own - own if against is None else against - own
    return Score(
        name=name,
        functions=count,
        within_1=float(mean[0]),
        within_2=float(mean[1]),
        within_3=float(mean[2]),
        area=float(mean.mean()),
        area_low=low,
        area_high=high,
        runs_to_best=float(np.mean(reached)) if reached else 0.0,
        found_best=len(reached) / (count * len(rounds)),
        first_choice=first,
        curve=tuple(float(share) for share in mean),
        curve_low=tuple(band[0] for band in bands),
        curve_high=tuple(band[1] for band in bands),
        origins=len(set(origins)),
        area_origins=interval_over_origins(own, origins, seed),
        lead=float(lead.mean()),
        lead_functions=interval(lead, seed),
        lead_origins=interval_over_origins(lead, origins, seed),
    )


def worthwhile(functions: Sequence[Outcomes]) -> list[Outcomes]:
    """The functions where something can be gained: on the others every order is as good."""
    return [one for one in functions if best_return(one) > _LEAST_GAIN]


def areas(ranker: Ranker, functions: Sequence[Outcomes]) -> np.ndarray:
    """The area of each function where something can be gained, in order: for paired comparisons."""
    return np.array([float(np.mean(follow(ranker, one).share)) for one in worthwhile(functions)])


def interval(values: np.ndarray, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """The bootstrap interval of the mean."""
    if len(values) == 0:
        return 0.0, 0.0
    rng = np.random.default_rng(seed)
    means = values[rng.integers(len(values), size=(_RESAMPLES, len(values)))].mean(axis=1)
    tail = (1.0 - level) / 2
    low, high = np.quantile(means, (tail, 1.0 - tail))
    return float(low), float(high)


def interval_over_origins(
    values: np.ndarray, origins: Sequence[str], seed: int = 0, level: float = 0.95
) -> tuple[float, float]:
    """The bootstrap interval of the mean when whole origins are drawn, each with all of its functions.

    Functions of one origin share the habits of whoever wrote it, so that drawing functions alone promises too much.
    """
    names = sorted(set(origins))
    if len(names) < 2:
        return 0.0, 0.0
    member = np.array([[origin == name for origin in origins] for name in names])
    sums, counts = member @ values, member.sum(axis=1)
    drawn = np.random.default_rng(seed).integers(len(names), size=(_RESAMPLES, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    tail = (1.0 - level) / 2
    low, high = np.quantile(means, (tail, 1.0 - tail))
    return float(low), float(high)


def hand(origin: str) -> str:
    """Who wrote it, as far as the name of an origin tells: a package, or one generated dialect.

    Ex) `algorithms/sort/heap_sort` is of `algorithms`, `generated/3` of itself.
    """
    whole, _, part = origin.partition("/")
    return origin if whole == "generated" and part else whole


def first_choice(ranker: Ranker, functions: Sequence[Outcomes]) -> float:
    """How often the first try at a version is the one with the highest reward, where there is a choice."""
    right = total = 0
    for function in functions:
        for version in versions(function):
            rewards = _rewards(function, version)
            if len(rewards) < 2:
                continue
            total += 1
            order = ranker.rank(version.state, version.mask, version.proposals)
            chosen = next(one for one in order if one != NO_CHANGE)
            right += rewards[chosen] >= max(rewards.values()) - _LEAST_GAIN
    return right / total if total else 0.0


def versions(function: Outcomes) -> list[Version]:
    """Every version that can be reached."""
    met = {function.root.id: function.root}
    pending = [function.root]
    while pending:
        version = pending.pop()
        for action in _tries(version):
            after = function.outcome(version, action).version
            if after.id not in met:
                met[after.id] = after
                pending.append(after)
    return list(met.values())


def td_error(policy: Policy, functions: Sequence[Outcomes], gamma: float = 0.9) -> float:
    """The mean absolute difference between a step's value and reward plus the value of what follows."""
    errors: list[float] = []
    for function in functions:
        for version in versions(function):
            values = policy.q_values(version.state, version.proposals)
            for action in _tries(version):
                outcome = function.outcome(version, action)
                after = outcome.version
                tried = set() if outcome.kept else {action}
                left = [one for one in _tries(after) if one not in tried]
                following = policy.q_values(after.state, after.proposals)
                ahead = max(following[one] for one in [*left, NO_CHANGE]) if left else 0.0
                errors.append(abs(values[action] - outcome.reward - gamma * ahead))
    return float(np.mean(errors)) if errors else 0.0


def oracle(function: Outcomes) -> Course:
    """The course of one who knows every outcome: the shortest way to the best return, the richest step first."""
    best = best_return(function)
    found, spent = 0.0, 0
    share: list[float] = []
    for outcome in _shortest(function, function.root, best, TRIES):
        found += outcome.reward
        spent += outcome.runs
        share.append(_share(found, best))
    share += [1.0] * (TRIES - len(share))
    return Course(tuple(share), spent, spent)


def compare(
    policy: Policy,
    training: Sequence[Recorded],
    held_out: Sequence[Outcomes],
    *,
    seed: int = 0,
) -> list[Score]:
    """The evaluation table: the policy, the alternatives fitted to the same training data, and the oracle."""
    fixed, ucb = best_fixed_order(training), LinearBandit(training, width=0.1)
    shares = captured(training)
    strategies = StrategyOrder(shares)
    informed = LinearBandit(shares, width=0.1, informed=True)

    def thompson(number: int) -> Ranker:
        return LinearBandit(training, rng=np.random.default_rng(number))

    rows: list[tuple[str, Maker, int]] = [
        (policy_name(policy), lambda _: policy, 1),
        ("bandit (LinUCB)", lambda _: ucb, 1),
        ("bandit (Thompson)", thompson, _ROUNDS),
        ("best fixed order", lambda _: fixed, 1),
        ("strategies' order", lambda _: strategies, 1),
        ("LinUCB and strategies", lambda _: informed, 1),
        ("prior order", lambda _: Policy(), 1),
        ("findings first", lambda _: FindingsFirst(), 1),
        ("random", RandomOrder, _ROUNDS),
    ]
    own = areas(policy, held_out)
    table = [
        score(name, make, held_out, repeats=repeats, seed=seed, against=own) for name, make, repeats in rows
    ]
    worth = worthwhile(held_out)
    perfect = [oracle(one) for one in worth]
    return [*table, summarise("oracle", [perfect], 1.0, seed, [hand(one.origin) for one in worth], own)]


def policy_name(policy: Policy) -> str:
    """What the policy's row is called."""
    return "dqn" if policy.learned else "policy (prior)"


def _shortest(function: Outcomes, version: Version, wanted: float, left: int) -> list[Outcome]:
    if wanted <= _LEAST_GAIN or left == 0:
        return []
    ways: list[list[Outcome]] = []
    for action in _tries(version):
        outcome = function.outcome(version, action)
        rest = wanted - outcome.reward
        if outcome.kept and best_return(function, left - 1, at=outcome.version) >= rest - _LEAST_GAIN:
            ways.append([outcome, *_shortest(function, outcome.version, rest, left - 1)])
    return min(ways, key=lambda way: (len(way), -way[0].reward), default=[])


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [round(number, 4) for number in value]
    return round(value, 4) if isinstance(value, float) else value


def _share(found: float, best: float) -> float:
    return max(0.0, min(1.0, found / best)) if best > _LEAST_GAIN else 0.0


def _tries(version: Version) -> list[int]:
    return [action for action in range(len(ACTIONS)) if version.mask[action] and action != NO_CHANGE]


def _rewards(function: Outcomes, version: Version) -> dict[int, float]:
    return {action: function.outcome(version, action).reward for action in _tries(version)}
