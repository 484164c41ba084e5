"""Grows a function's inputs knob by knob and fits how its time depends on their size."""

from __future__ import annotations

import bisect
import math
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from velox_engine.verify.inputs import Grower
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Sandbox
from velox_engine.verify.spread import SPREAD_DRAWS, busy_among
from velox_engine.verify.statistics import power_exponent

FIT_FLOOR = 1e-4  # seconds: below this a call's time is mostly overhead, so it tells nothing of the exponent
CLIMB_SECONDS = 2.0  # for all knobs together, as long as each has its least share
TOP_SECONDS = 0.03  # a call as long as this is large enough
_FIRST_SIZE = 4
_SURE_SIZE = 100  # below it, a size that does not run may be too small to make sense
_LONG_STEP = 4  # between sizes of calls too short to tell anything
_SHORT_CALL = FIT_FLOOR / 8  # so that cubic growth does not step over the floor
_NEAR_TOP = 1 / 4  # of the longest call: from here on sizes double, since the largest ones are fitted
_STEEP = 2.2  # a power of growth from which a long step may go too far
_LAST_SIZE = 1 << 40  # integers get there; containers become too heavy to make long before
_BATCH_SECONDS = 2e-3  # short calls are timed in batches about this long
_MOST_DRAWS = 200
_LEAST_DRAWS = 4  # inputs of each size, since one may happen to let the function leave early
_PREPARE_LIMIT = 0.12  # seconds the child may spend decoding one size's inputs
_MAKE_LIMIT = 0.03  # seconds the parent may spend on making one case: every timed call needs a fresh one
_MAKING_LIMIT = 0.04  # and on all cases of one size
_STEP_LIMIT = 1.0  # seconds for all calls of one size: what takes longer is past the top
_WALL_FACTOR = (
    30.0  # a busy machine may stretch the budget this far: what is measured must not depend on the load
)
_LEAST_SHARE = 0.7  # seconds of processor time for one knob, however many there are
_FIT_POINTS = 4  # the largest sizes, from which the time of any size is read
_LONG_SHARE = 1 / 30  # of the top: calls from here on count as long
_LEAST_SLOPE = 0.2  # where time hardly depends on the size, the largest is as good as any
_OUTGROWN = 1.25  # sizes this much slower than the first ones count as growth
_FLAT_POINTS = 8  # sizes after which a knob may be known not to matter
_BULKY = 3.0  # times the calls
_LATE_SIZE = 1 << 16  # where a number that does not matter is known by it
_MOST_MISSED = 2  # sizes in a row without a busy draw, where smaller ones had some


@dataclass(frozen=True, slots=True)
class Ladder:
    """Times of one function at growing sizes of one knob."""

    grower: Grower
    sizes: tuple[int, ...]
    seconds: tuple[
        float, ...
    ]  # of one call, on the child's CPU clock; of the busy ones where calls are uneven
    aim: float = TOP_SECONDS  # of one call at the largest size
    # Where few draws of a size take nearly all of the time: the seeds of those, for each size. Else empty.
    busy: tuple[tuple[int, ...], ...] = ()
    bulky: bool = False  # writing the largest results down takes far longer than the calls

    @property
    def exponent(self) -> float | None:
        """The fitted power of the size, from points that are long enough to tell."""
        return fit(self.sizes, self.seconds)

    @property
    def top(self) -> int:
        """The largest size measured."""
        return self.sizes[-1]

    @property
    def long(self) -> bool:
        """Whether its longest calls take long enough to matter beside those of another knob."""
        return self.seconds[-1] >= _LONG_SHARE * self.aim

    @property
    def large(self) -> int:
        """The size to compare at: where a call takes as long as was aimed for, by the line through the largest sizes.

        Not one of the sizes that were timed: whether the last doubling was needed hangs by the noise of one timing,
        and a rewrite of another complexity would seem twice as good with it.
        """
        points = [(n, t) for n, t in zip(self.sizes, self.seconds, strict=True) if t >= FIT_FLOOR][
            -_FIT_POINTS:
        ]
        power = fit_line([(math.log(n), math.log(t)) for n, t in points])
        if self.seconds[-1] <= self.aim or power is None or power.slope < _LEAST_SLOPE:
            return self.top
        wanted = math.exp((math.log(self.aim) - power.level) / power.slope)
        doubling = fit_line([(float(n), math.log(t)) for n, t in points])
        if len(points) > 2 and doubling is not None and doubling.error < power.error:
            # Exponential growth: a line over the size itself, since a power would miss by a step, which is a factor.
            wanted = (math.log(self.aim) - doubling.level) / doubling.slope
        return max(self.sizes[0], min(self.top, round(wanted)))

    def busy_cases(self, size: int) -> list[Case]:
        """The draws of a measured size on which the original works long; none where calls are even."""
        seeds = self.busy[self.sizes.index(size)] if self.busy and size in self.sizes else ()
        return [self.grower.make(size, random.Random(seed)) for seed in seeds]

    @property
    def middle(self) -> int:
        """A size between the largest and where the fit begins: what a typical large call looks like."""
        fitting = [n for n, t in zip(self.sizes, self.seconds, strict=True) if t >= FIT_FLOOR]
        below = fitting or self.sizes
        return below[(len(below) - 1) // 2]

    def seconds_at(self, size: int) -> float:
        """Return the seconds of one call at `size`: measured, or between the sizes measured around it."""
        at = bisect.bisect_left(self.sizes, size)
        if at == len(self.sizes):
            return self.seconds[-1]
        if self.sizes[at] == size or not at:
            return self.seconds[at]
        (n, m), (s, t) = self.sizes[at - 1 : at + 1], self.seconds[at - 1 : at + 1]
        return s * (t / s) ** (math.log(size / n) / math.log(m / n)) if s > 0 < t else t


def fit(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    """Fit the exponent on points above FIT_FLOOR; None where fewer than three remain."""
    points = [(n, t) for n, t in zip(sizes, seconds, strict=True) if t >= FIT_FLOOR]
    return power_exponent([n for n, _ in points], [t for _, t in points])


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line by least squares, and the mean square of what it misses."""

    slope: float
    level: float
    error: float


def fit_line(points: Sequence[tuple[float, float]]) -> Line | None:
    """The line through points (x, y); None where fewer than two differ in x."""
    if len({x for x, _ in points}) < 2:
        return None
    mean_x, mean_y = (sum(column) / len(points) for column in zip(*points, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    level = mean_y - slope * mean_x
    return Line(slope, level, sum((y - level - slope * x) ** 2 for x, y in points) / len(points))


def fresh_cases(grower: Grower, size: int, count: int, rng: random.Random) -> list[Case]:
    """Make `count` cases of one size, each from its own random stream so that none repeats."""
    return [grower.make(size, random.Random(rng.getrandbits(64))) for _ in range(count)]


def climb(
    sandbox: Sandbox,
    program: Program,
    grower: Grower,
    *,
    seed: int,
    top_seconds: float = TOP_SECONDS,
    budget: float = 1.5,
) -> Ladder | None:
    """Time the function at doubling sizes until a call takes `top_seconds` or `budget` seconds of CPU are spent.

    CPU seconds, so that a busy machine does not cut the climb short where the sizes are still small.
    None when not even the smallest size runs. A size at which the function fails or takes far too long ends the
    climb; steps between it and the last good size are tried then, so that exponential growth has points too.
    """
    climber = _Climber(sandbox, program, grower, random.Random(seed), budget)
    size = _FIRST_SIZE
    while size < _SURE_SIZE and not climber.tries(size):
        size *= _LONG_STEP  # Ex) the k-th of fewer than k
    while size <= _LAST_SIZE and (size in climber.sizes or climber.tries(size)):
        if climber.seconds[-1] >= top_seconds or climber.flat or climber.lost:
            break
        size *= climber.step(top_seconds)
    else:
        last = climber.sizes[-1] if climber.sizes else 0
        if last and last < size <= _LAST_SIZE and not climber.heavy:
            for quarter in (1, 2, 3):
                between = last + (size - last) * quarter // 4
                if between == climber.sizes[-1]:
                    continue
                if climber.seconds[-1] >= top_seconds or not climber.tries(between):
                    break
    if not climber.sizes:
        return None
    busy = tuple(climber.busy) if any(climber.busy) else ()
    return Ladder(grower, tuple(climber.sizes), tuple(climber.seconds), top_seconds, busy, climber.bulky)


def rescaled(sandbox: Sandbox, program: Program, ladder: Ladder, seed: int) -> Ladder:
    """The ladder as another program would have climbed it, by one batch at the largest size; the sizes stay."""
    size, cases = ladder.large, fresh_cases(ladder.grower, ladder.large, _LEAST_DRAWS, random.Random(seed))
    if ladder.busy:
        size = max(n for n, seeds in zip(ladder.sizes, ladder.busy, strict=True) if seeds)
        cases = ladder.busy_cases(size)
    try:
        with sandbox.start(program) as run:
            timing = run.time(cases, seconds=_STEP_LIMIT / len(cases))
    except LoadFailure:
        return ladder
    factor = timing.cpu_seconds / len(cases) / max(ladder.seconds_at(size), 1e-9)
    if factor <= 0.0 or any(outcome.kind != "returned" for outcome in timing.outcomes):
        return ladder
    return replace(ladder, seconds=tuple(s * factor for s in ladder.seconds), aim=ladder.aim * factor)


class _Climber:
    """The points of one climb so far, each from a process of its own."""

    def __init__(
        self, sandbox: Sandbox, program: Program, grower: Grower, rng: random.Random, budget: float
    ) -> None:
        self.sizes: list[int] = []
        self.seconds: list[float] = []
        self.busy: list[tuple[int, ...]] = []
        self._missed = 0
        self.bulky = False  # the results of the last size take long to write down
        self.heavy = False  # building the inputs takes longer than it is worth
        self._start = lambda: sandbox.start(program)
        self._grower = grower
        # The same for every size, so that what varies beside the size (other arguments) is the same at each.
        self._seeds = [rng.getrandbits(64) for _ in range(_MOST_DRAWS)]
        self._left = budget
        self._bearable = _MOST_DRAWS  # inputs of one size that do not take too long to make
        self._deadline = time.monotonic() + _WALL_FACTOR * budget

    @property
    def flat(self) -> bool:
        """Whether this knob evidently does not drive the time."""
        # As long as inputs cost nothing to make, a small step of a long loop may still hide behind the call itself.
        settled = self.sizes[-1] >= _LATE_SIZE or self._bearable < _MOST_DRAWS
        if not settled or len(self.seconds) < _FLAT_POINTS:
            return False
        early, late = self.seconds[: _FLAT_POINTS // 2], self.seconds[-_FLAT_POINTS // 2 :]
        # The medians, since one timing of a short call may be disturbed.
        return statistics.median(late) < _OUTGROWN * statistics.median(early)

    @property
    def lost(self) -> bool:
        """Whether busy draws, which the time is about, have no longer turned up."""
        return self._missed >= _MOST_MISSED

    def tries(self, size: int) -> bool:
        """Time one size; False when it cannot be had."""
        if self.heavy or self._left <= 0 or time.monotonic() > self._deadline:
            self.heavy = True
            return False
        if self._too_far(size):
            return False
        estimate = self.seconds[-1] if self.seconds else 1e-5
        # While calls are short, a process that did not start or answer in time was starved: one failure says nothing.
        return self._measures(size, estimate) or (estimate < FIT_FLOOR and self._measures(size, estimate))

    def step(self, top_seconds: float) -> int:
        """The factor to the next size: a long step while calls are short, and while it stays far below the top."""
        if not self.sizes or self.seconds[-1] < _SHORT_CALL:
            return _LONG_STEP
        power = self._power()
        if power is None or power > _STEEP:
            return 2
        far = self.seconds[-1] * _LONG_STEP ** max(power, 1.0) > _NEAR_TOP * top_seconds
        return 2 if far else _LONG_STEP

    def _power(self) -> float | None:
        """How time grew with the size in the last step, as a power; None where that cannot be told."""
        if len(self.sizes) < 2 or min(self.seconds[-2:]) <= 0.0:
            return None
        (n, m), (s, t) = self.sizes[-2:], self.seconds[-2:]
        return math.log(t / s) / math.log(m / n)

    def _too_far(self, size: int) -> bool:
        """Whether growing once more would take longer than a size may, going by what the last step did."""
        power = self._power()
        if power is None or size < 2 * self.sizes[-1] or self.seconds[-1] < FIT_FLOOR:
            return False
        return _LEAST_DRAWS * self.seconds[-1] * (size / self.sizes[-1]) ** power > _STEP_LIMIT

    def _measures(self, size: int, estimate: float) -> bool:
        started = time.process_time()
        wanted = max(int(_BATCH_SECONDS / max(estimate, 1e-7)), SPREAD_DRAWS if any(self.busy) else 0)
        count = max(_LEAST_DRAWS, min(self._bearable, wanted))
        try:
            with self._start() as run:
                cases = [self._grower.make(size, random.Random(seed)) for seed in self._seeds[:count]]
                made = (time.process_time() - started) / count
                timing = run.time(cases, seconds=_STEP_LIMIT / count)
        except LoadFailure:
            return False
        if any(outcome.kind != "returned" for outcome in timing.outcomes):
            return False
        mean = timing.cpu_seconds / count
        found = busy_among(self._start, cases, mean)
        spent = timing.prepare_cpu_seconds + timing.cpu_seconds + timing.finish_cpu_seconds
        self._left -= spent + found.spent + time.process_time() - started
        if found.places or not any(self.busy):
            self.sizes.append(size)
            self.seconds.append(found.seconds if found.places else mean)
            self.busy.append(tuple(self._seeds[place] for place in found.places))
            self._missed = 0
        else:
            self._missed += 1
        prepared = timing.prepare_cpu_seconds / count
        # What it takes to write results down is paid in every round, too.
        written = timing.finish_cpu_seconds / count
        self.bulky = written > max(_BULKY * timing.cpu_seconds / count, _MAKE_LIMIT / 10)
        dear = max(prepared, written) * _LEAST_DRAWS > _PREPARE_LIMIT
        self.heavy = dear or made > _MAKE_LIMIT
        # The next size is twice this one, so twice as dear to prepare.
        bearable = min(_PREPARE_LIMIT / max(2 * (prepared + made), 1e-7), _MAKING_LIMIT / max(made, 1e-7))
        self._bearable = min(_MOST_DRAWS, int(bearable))
        return True


def climb_all(
    sandbox: Sandbox,
    program: Program,
    growers: Sequence[Grower],
    *,
    seed: int,
    top_seconds: float = TOP_SECONDS,
    budget: float = CLIMB_SECONDS,
) -> tuple[Ladder, ...]:
    """Climb every knob, the most telling ladder first.

    Of those whose calls get long, that is the knob which needs the smallest size for it: a list of four thousand
    that takes as long as another of a million is where the time goes. Else it is the one with the longest call.
    Those where the time goes into the size of the result come last: there is little to see, and every round is dear.
    """
    share = max(_LEAST_SHARE, budget / max(1, len(growers)))
    ladders = [
        climb(sandbox, program, grower, seed=seed, top_seconds=top_seconds, budget=share)
        for grower in growers
    ]
    found = [ladder for ladder in ladders if ladder is not None]

    def telling(ladder: Ladder) -> tuple[bool, float]:
        last = ladder.seconds[-1]
        return ladder.long and not ladder.bulky, last / ladder.top if ladder.long else last

    return tuple(sorted(found, key=telling, reverse=True))
