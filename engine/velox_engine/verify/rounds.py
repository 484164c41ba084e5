"""Rounds of timing: two new processes a round, the same fresh inputs for both, the CPU clock read from outside.

Each round starts two new processes, so that nothing cached in one round helps the next; the order alternates.
Sandbox-side figures are never used: the parent reads the clocks (SANDBOX.md, result forgery).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from velox_engine.types import Difference, Interval
from velox_engine.verify import oracle
from velox_engine.verify.budget import Budget
from velox_engine.verify.draws import LONG_CALL, Batches, Draws
from velox_engine.verify.sandbox import Case, Program, Sandbox, Timing
from velox_engine.verify.scaling import Ladder
from velox_engine.verify.spread import BUSY_SHARE
from velox_engine.verify.statistics import median_interval

LOOKS = (7, 11, 19, 29)  # rounds after which it is looked whether the answer is clear; the last ends it
# Four looks, each at this level, are wrong together in 5 of 100 cases (Pocock, Biometrika 64, 1977, table 1).
LOOK_CONFIDENCE = 0.9818
NARROW = 1.05  # an interval whose ends differ by less tells as much as it needs to
# The low end of the interval of eleven is the second smallest ratio: two rounds at or below the bar settle it.
_LOST_ROUNDS = 2
_FEWEST_ROUNDS = 3
# Where the middle of the rounds is above this, those at the bar have other inputs, not bad luck.
_UNEVEN = 1.2
_FEWEST_TURNS = 7  # through all inputs: as many ratios as the first look has
LOSS_POWER = 3  # a factor lost on some inputs is outweighed by its third power gained on others
# The fewest rounds that give a 95 % interval; enough where even the worst of them clears the bar: six of six lie
# above the median by chance 1/64.
_EARLY_WIN = 6
CLEAR_WIN = 1.5
_NO_LOSS = 0.97  # a median from here up to the bar is neither a gain nor a loss
_WARM_UP = 3
_TIMED_LIMIT = 2.0  # seconds for one batch of timed calls
_SMUGGLED_FACTOR, _SMUGGLED_SECONDS = 3.0, 0.02
_NEARLY_ALL = 6 / 7  # of the rounds: by chance, 8 of 128 times in seven
_LONGEST_WAIT = 5e-3  # seconds a batch may wait for nothing
UNFINISHED = "the original does not finish on some timed inputs"
OUT_OF_TIME = "the time budget ended before enough rounds were timed"
_TICK = 1e-7  # seconds: guards the ratio against a zero reading


class Refuted(Exception):
    """A timed call's output differs from the original's."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference.says)
        self.difference = difference


@dataclass(frozen=True, slots=True)
class Bench:
    """What to time: the two programs, the inputs, and where they run."""

    sandbox: Sandbox
    old: Program
    new: Program
    core: Sequence[Case]
    ladders: Sequence[Ladder]
    core_seconds: float  # one call of the original on a typical core input
    seed: int
    float_tolerance: float = 0.0
    bar: float = 0.0  # a candidate that can no longer prove to be this much faster is not timed further
    least: float = (
        1.05  # the speed-up whose lower end is asked for: once it is clear, no more rounds are needed
    )
    budget: Budget = field(default_factory=lambda: Budget(10.0))  # for the whole measurement
    draws: Draws = field(default_factory=Draws)  # kept from rewrite to rewrite
    occasion: str = ""  # another one has inputs of its own

    def stream(self, what: str) -> str:
        """A seed for what is drawn, so that it does not depend on what was drawn before."""
        return f"{self.seed}:{self.occasion}:{what}"

    def batches(self, ladder: Ladder, size: int) -> Batches:
        """Fresh inputs of one size."""
        seed = self.stream(ladder.grower.knob)
        return self.draws.batches(ladder, size, ladder.seconds_at(size), seed)


@dataclass(slots=True)
class Pairs:
    """The ratios old / new of the rounds so far."""

    ratios: list[float]
    unstable: str = ""
    note: str = ""
    lost: bool = False  # it can no longer clear the bar, so the rounds ended early

    @property
    def interval(self) -> Interval:
        """The median ratio with its interval."""
        return median_interval(self.ratios, confidence=LOOK_CONFIDENCE)


def time_pairs(
    bench: Bench,
    batches: Batches,
    call_seconds: float,
    share: float = 1.0,
    *,
    clear: float = CLEAR_WIN,
) -> Pairs:
    """Time rounds until the answer is clear, the last look has been had, or that share of the budget is spent.

    Each round starts two processes anew, so a batch that an earlier round used is as fresh to them as a new one;
    within a round no input repeats unless there are too few of them. The first rounds are enough where even the worst
    ratio exceeds `clear`.
    """
    pairs = Pairs([])
    lost = 0
    spent: list[tuple[float, float]] = []
    elsewhere: list[float] = []  # what the rewrite spent before and after its calls, beyond the original
    waits: list[tuple[float, float]] = []
    for index in range(LOOKS[-1]):
        if index >= _EARLY_WIN and bench.budget.exhausted(share):
            break
        if index and index < _EARLY_WIN and bench.budget.exhausted(2 * share):
            pairs.unstable = OUT_OF_TIME
            break
        cases = batches.at(index)
        if index % 2:
            new = _timed(bench, bench.new, cases)
            old = _timed(bench, bench.old, cases)
        else:
            old = _timed(bench, bench.old, cases)
            new = _timed(bench, bench.new, cases)
        pairs.unstable = _compare(bench, cases, old, new)
        if pairs.unstable == UNFINISHED or old.wall_seconds == 0.0 or new.wall_seconds == 0.0:
            break
        spent.append((max(old.cpu_seconds, _TICK), max(new.cpu_seconds, _TICK)))
        elsewhere.append(
            new.prepare_cpu_seconds
            + new.finish_cpu_seconds
            - old.prepare_cpu_seconds
            - old.finish_cpu_seconds
        )
        waits.append((old.wall_seconds - old.cpu_seconds, new.wall_seconds - new.cpu_seconds))
        pairs.ratios.append(spent[-1][0] / spent[-1][1])
        # A round whose inputs let the original leave early says nothing against the rewrite.
        if pairs.ratios[-1] <= bench.bar and old.cpu_seconds > BUSY_SHARE * batches.count * call_seconds:
            lost += 1
        pairs.lost = (
            lost >= _LOST_ROUNDS
            and index + 1 >= _FEWEST_ROUNDS
            and statistics.median(pairs.ratios) <= _UNEVEN
        )
        if pairs.unstable or pairs.lost or is_clear(pairs, bench.least, clear):
            break
    if not spent:
        pairs.ratios = [1.0]
        return pairs
    if min(new for _, new in waits) > 2 * max(old for old, _ in waits) + _LONGEST_WAIT:
        # A busy machine makes both sides wait; here only one does, in every round.
        pairs.unstable = "the rewrite waits where the original works"
    charge = seconds_elsewhere(elsewhere)
    spent = [(before, after + charge) for before, after in spent]
    pairs.ratios = [before / after for before, after in spent]
    if not (pairs.unstable or pairs.lost) and pairs.interval.low <= bench.least < pairs.interval.median:
        taken_together(pairs, spent, batches.different)
    return pairs


def taken_together(pairs: Pairs, spent: Sequence[tuple[float, float]], different: int) -> None:
    """Compare the time of all inputs together where the gain differs from input to input.

    `spent` is (old, new) seconds of each round, whose inputs repeat after `different` rounds. The interval of single
    rounds would say how far inputs differ; asked is whether a person's inputs, some of each kind, take less time. It
    stays where rounds are too few, or some inputs lose more than all together gain.
    """
    turns = len(spent) // different
    if different < 2 or turns < _FEWEST_TURNS:
        return
    together = [
        sum(old for old, _ in turn) / sum(new for _, new in turn)
        for turn in (spent[at * different : (at + 1) * different] for at in range(turns))
    ]
    each = [statistics.median(pairs.ratios[place::different]) for place in range(different)]
    low = median_interval(together, confidence=LOOK_CONFIDENCE).low
    if low <= pairs.interval.low or low * min(1.0, *each) ** LOSS_POWER <= 1.0:
        return
    pairs.ratios = together
    pairs.note = f"{min(each):.2g} to {max(each):.2g}× by input"


def seconds_elsewhere(elsewhere: Sequence[float]) -> float:
    """Seconds to add to the rewrite's calls: work it moved to where the clock does not look, noise taken off.

    Building inputs and writing results down cost both sides the same, unless a side does more there. What is more in
    nearly every round is no noise, however much it varies.
    """
    middle = statistics.median(elsewhere)
    if sum(one > 0.0 for one in elsewhere) >= _NEARLY_ALL * len(elsewhere):
        return middle
    spread = statistics.median(abs(one - middle) for one in elsewhere)
    return max(0.0, middle - 3 * spread / math.sqrt(len(elsewhere)))


def is_clear(pairs: Pairs, least: float, clear: float) -> bool:
    """Say whether more rounds would change nothing."""
    rounds, ratios = len(pairs.ratios), pairs.ratios
    if rounds >= _EARLY_WIN and (min(ratios) > clear or _NO_LOSS <= min(ratios) <= max(ratios) <= least):
        return True
    if rounds not in LOOKS:
        return False
    interval = pairs.interval
    if interval.low > least or interval.high < 1.0:
        return True
    if rounds == LOOKS[0]:
        return False  # too few rounds to give a small gain up
    if interval.high < NARROW * interval.low:
        return True
    # What shows no gain by now will show none that counts; where it may be slower, that is looked at to the end.
    return _NO_LOSS <= interval.median <= least


def _compare(bench: Bench, cases: Sequence[Case], old: Timing, new: Timing) -> str:
    """Compare the outputs of one round; returns why its times should not count, "" when they may.

    Raises Refuted when an output differs.
    """
    usable = [i for i, outcome in enumerate(old.outcomes) if outcome.kind in ("returned", "raised")]
    if any(new.outcomes[i].kind == "timeout" for i in usable):
        return "the rewrite does not finish on some timed inputs"
    difference = oracle.first_difference(
        [cases[i] for i in usable],
        [old.outcomes[i] for i in usable],
        [new.outcomes[i] for i in usable],
        float_tolerance=bench.float_tolerance,
    )
    if difference is not None:
        raise Refuted(difference)
    if len(usable) < len(cases):
        return UNFINISHED
    if _smuggled(old.prepare_cpu_seconds, new.prepare_cpu_seconds):
        return "the rewrite works before it is called"
    if _smuggled(old.finish_cpu_seconds, new.finish_cpu_seconds):
        return "the rewrite works after it was called"
    return ""


def _smuggled(old: float, new: float) -> bool:
    """Say whether the rewrite spends suspiciously more time outside the calls than the original."""
    return new > _SMUGGLED_FACTOR * old + _SMUGGLED_SECONDS


def _timed(bench: Bench, program: Program, cases: Sequence[Case]) -> Timing:
    with bench.sandbox.start(program) as run:
        run.call(bench.core[: _WARM_UP if bench.core_seconds < LONG_CALL else 1])
        timing = run.time(cases, seconds=_TIMED_LIMIT / len(cases))
    bench.budget.charge(timing.prepare_cpu_seconds + timing.cpu_seconds + timing.finish_cpu_seconds)
    return timing
