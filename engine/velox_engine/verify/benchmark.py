"""Times a candidate against the original in pairs, on fresh inputs, on the child's CPU clock, checking every output.

Each round starts two new processes, so that nothing cached in one round helps the next; the order alternates.
Sandbox-side figures are never used: the parent reads the clocks (SANDBOX.md, result forgery).
"""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from velox_engine.types import Difference, Interval, Measurement
from velox_engine.verify import oracle
from velox_engine.verify.budget import Budget
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Sandbox, Timing
from velox_engine.verify.scaling import FIT_FLOOR, Ladder, fit, fresh_cases
from velox_engine.verify.statistics import median_interval

LOOKS = (11, 19, 29)  # rounds after which it is looked whether the answer is clear; the last ends it
# Three looks, each at this level, are wrong together in 5 of 100 cases (Pocock, Biometrika 64, 1977, table 1).
LOOK_CONFIDENCE = 0.978
NARROW = 1.05  # an interval whose ends differ by less tells as much as it needs to
# The low end of the interval of eleven is the second smallest ratio: two rounds at or below the bar settle it.
_LOST_ROUNDS = 2
_FEWEST_ROUNDS = 3
_BUSY_SHARE = 0.25  # a round whose inputs let the original leave early says nothing against the rewrite
# The fewest rounds that give a 95 % interval; enough where even the worst of them clears the bar: six of six lie
# above the median by chance 1/64.
_EARLY_WIN = 6
_CLEAR_WIN = 1.5
_BATCH_SECONDS = 4e-3
_LEAST_BATCH, _MAX_BATCH = 3, 1_000  # several inputs a round: some may let the function leave early
_BATCHES = 4  # different ones; later rounds use them again, in processes that have not seen them
_MAKING_SECONDS = 0.4  # for the batches of one size
_WARM_UP = 3
_DRAWS, _MOST_BUSY = 48, 8  # cases of which the busy ones are taken
_IDLE_SECONDS = (
    0.2  # where drawing many cases is this cheap, a rewrite is not given up before busy ones were looked for
)
_MIXED_SPREAD = 4.0  # ratios of the rounds this far apart, on both sides of 1, call for that
_TIMED_LIMIT = 2.0  # seconds for one batch of timed calls
_SMUGGLED_FACTOR, _SMUGGLED_SECONDS = 3.0, 0.02
_LONGEST_WAIT = 5e-3  # seconds a batch may wait for nothing
_TOP_SHARE = 0.6  # of the budget: for the largest size
_GROWTH_SECONDS = 0.8
_SLOWER = 0.9  # a size at which old / new stays below this counts as one where the rewrite loses
_UNFINISHED = "the original does not finish on some timed inputs"
_MEMORY_TIME = 0.9  # a rewrite slower than this is not worth asking how much memory it takes
_NOTEWORTHY_MEMORY = 1.1
_OUT_OF_TIME = "the time budget ended before enough rounds were timed"
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


@dataclass(slots=True)
class _Pairs:
    ratios: list[float]
    unstable: str = ""
    note: str = ""
    lost: bool = False  # it can no longer clear the bar, so the rounds ended early

    @property
    def interval(self) -> Interval:
        return median_interval(self.ratios, confidence=LOOK_CONFIDENCE)


def measure(bench: Bench) -> Measurement:
    """Measure the candidate at a typical and at the largest size, its memory and its scaling.

    Raises Refuted when an output differs, LoadFailure when a program does not start.
    """
    rng = random.Random(bench.seed ^ 0x5EED)
    ladder = bench.ladders[0] if bench.ladders else None
    if ladder is None:
        make = _core_batches(bench.core, rng)
        pairs = _pairs(bench, make, bench.core_seconds)
        memory = (None, None)
        if max(pairs.ratios) > _MEMORY_TIME:
            memory = _memory(bench, max(bench.core, key=_weight))
            if pairs.lost and _lighter(memory):
                pairs = _pairs(replace(bench, bar=0.0), make, bench.core_seconds)
        speedup = pairs.interval
        return Measurement(speedup, speedup, bench.core_seconds, *memory, None, None, unstable=pairs.unstable)
    top_size, top = _largest_that_finishes(bench, ladder, rng)
    memory = (None, None)
    if max(top.ratios) > _MEMORY_TIME and top.lost:
        # Less memory may be reason enough, and that needs the whole interval. Asked at a middle size, which is quicker.
        if _lighter(_grown_memory(bench, ladder, ladder.middle, rng)):
            bench = replace(bench, bar=0.0)
            top = _pairs(bench, _grown_batches(ladder, top_size, rng), ladder.seconds_at(top_size))
            memory = _grown_memory(bench, ladder, top_size, rng)
    elif max(top.ratios) > _MEMORY_TIME and not top.unstable:
        memory = _grown_memory(bench, ladder, top_size, rng)
    largest = top.interval
    typical, sizes = largest, {top_size}
    if ladder.middle < top_size and largest.high >= 1.0 and not (top.lost or top.unstable):
        # Slower where it matters ends it; else the usual size must not be worse.
        size = ladder.middle
        middle = _pairs(bench, _grown_batches(ladder, size, rng), ladder.seconds_at(size))
        typical = middle.interval
        sizes.add(size)
        top.unstable = middle.unstable
    after, crossover = (), None
    if largest.median > _MEMORY_TIME and not (top.lost or top.unstable):
        after, crossover = _growth(bench, ladder, rng)
    return Measurement(
        speedup=largest,
        typical=typical,
        call_seconds=ladder.seconds_at(top_size),
        memory_ratio=memory[0],
        memory_bytes=memory[1],
        scaling_before=ladder.exponent,
        scaling_after=fit(*zip(*after, strict=True)) if after else None,
        sizes=tuple(sorted(sizes)),
        unstable=top.unstable,
        note=top.note,
        crossover=crossover if largest.low > 1.0 else None,
        growth_before=tuple(zip(ladder.sizes, ladder.seconds, strict=True)),
        growth_after=after,
    )


def _largest_that_finishes(bench: Bench, ladder: Ladder, rng: random.Random) -> tuple[int, _Pairs]:
    """Time the largest size; a smaller one where the original does not finish on every fresh input.

    The ladder saw a few draws of each size; where other knobs vary, another draw of the size may take far longer.
    Where rounds disagree on who wins, because some inputs let the original leave early and others do not, the
    inputs that keep it busy are timed: that is where the time goes.
    """
    step = ladder.sizes.index(ladder.large)
    while True:
        size = ladder.sizes[step]
        pairs = _pairs(bench, _grown_batches(ladder, size, rng), ladder.seconds_at(size), _TOP_SHARE)
        slow = ladder.seconds[step] > FIT_FLOOR
        if pairs.unstable == _UNFINISHED and slow and step > 0 and not bench.budget.exhausted(_TOP_SHARE):
            step = max(0, step - 2)
            continue
        mixed = min(pairs.ratios) < 1.0 < max(pairs.ratios) > _MIXED_SPREAD * min(pairs.ratios)
        idle = pairs.lost and ladder.seconds_at(size) * _DRAWS < _IDLE_SECONDS
        if mixed or idle:
            busy, seconds = _busy_cases(bench, ladder, size, rng)
            if busy and (mixed or seconds > _MIXED_SPREAD * ladder.seconds_at(size)):
                pairs = _pairs(bench, _core_batches(busy, rng), seconds)
                pairs.note = "on inputs that keep the original busy; others let it leave early"
        return size, pairs


def _busy_cases(bench: Bench, ladder: Ladder, size: int, rng: random.Random) -> tuple[list[Case], float]:
    """Return those of many fresh cases that the original works on longest, and their mean seconds."""
    cases = fresh_cases(ladder.grower, size, _DRAWS, rng)
    with bench.sandbox.start(bench.old) as run:
        outcomes = run.call(cases)
    timed = [(o.seconds, i) for i, o in enumerate(outcomes) if o.kind in ("returned", "raised")]
    least = max(timed)[0] * _BUSY_SHARE if timed else 0.0
    slowest = [(seconds, i) for seconds, i in sorted(timed, reverse=True)[:_MOST_BUSY] if seconds >= least]
    mean = sum(seconds for seconds, _ in slowest) / len(slowest) if slowest else 0.0
    return [cases[i] for _, i in slowest], mean


def _pairs(
    bench: Bench,
    make: Callable[[int], list[Case]],
    call_seconds: float,
    share: float = 1.0,
) -> _Pairs:
    """Time rounds until the answer is clear, the last look has been had, or that share of the budget is spent.

    Each round starts two processes anew, so a batch that an earlier round used is as fresh to them as a new one;
    within a round no input repeats unless there are too few of them.
    """
    started = time.process_time()
    make(_LEAST_BATCH)
    making = time.process_time() - started
    affordable = int(_MAKING_SECONDS / _BATCHES * _LEAST_BATCH / max(making, _TICK))
    count = min(_MAX_BATCH, round(_BATCH_SECONDS / max(call_seconds, 1e-7)), affordable)
    count = max(_LEAST_BATCH, count)
    pairs = _Pairs([])
    lost = 0
    spent: list[tuple[float, float]] = []
    elsewhere: list[float] = []  # what the rewrite spent before and after its calls, beyond the original
    waits: list[tuple[float, float]] = []
    batches: list[list[Case]] = []
    for index in range(LOOKS[-1]):
        if index >= _EARLY_WIN and bench.budget.exhausted(share):
            break
        if index and index < _EARLY_WIN and bench.budget.exhausted(2 * share):
            pairs.unstable = _OUT_OF_TIME
            break
        if not batches or (len(batches) < _BATCHES and making < _MAKING_SECONDS):
            started = time.process_time()
            batches.append(make(count))
            making += time.process_time() - started
        cases = batches[index % len(batches)]
        if index % 2:
            new = _timed(bench, bench.new, cases)
            old = _timed(bench, bench.old, cases)
        else:
            old = _timed(bench, bench.old, cases)
            new = _timed(bench, bench.new, cases)
        pairs.unstable = _compare(bench, cases, old, new)
        if pairs.unstable == _UNFINISHED or old.wall_seconds == 0.0 or new.wall_seconds == 0.0:
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
        if pairs.ratios[-1] <= bench.bar and old.cpu_seconds > _BUSY_SHARE * count * call_seconds:
            lost += 1
        pairs.lost = lost >= _LOST_ROUNDS and index + 1 >= _FEWEST_ROUNDS
        if pairs.unstable or pairs.lost or _is_clear(pairs, bench.least):
            break
    if not spent:
        pairs.ratios = [1.0]
        return pairs
    if min(new for _, new in waits) > 2 * max(old for old, _ in waits) + _LONGEST_WAIT:
        # A busy machine makes both sides wait; here only one does, in every round.
        pairs.unstable = "the rewrite waits where the original works"
    charge = _charge(elsewhere)
    pairs.ratios = [before / (after + charge) for before, after in spent]
    return pairs


def _charge(elsewhere: Sequence[float]) -> float:
    """Seconds to add to the rewrite's calls: work it moved to where the clock does not look, noise taken off.

    Building inputs and writing results down cost both sides the same, unless a side does more there.
    """
    middle = statistics.median(elsewhere)
    spread = statistics.median(abs(one - middle) for one in elsewhere)
    return max(0.0, middle - 3 * spread / math.sqrt(len(elsewhere)))


def _is_clear(pairs: _Pairs, least: float) -> bool:
    """Say whether more rounds would change nothing."""
    rounds, ratios = len(pairs.ratios), pairs.ratios
    if rounds >= _EARLY_WIN and min(ratios) > _CLEAR_WIN:
        return True
    if rounds not in LOOKS:
        return False
    interval = pairs.interval
    return interval.low > least or interval.high < 1.0 or interval.high < NARROW * interval.low


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
        return _UNFINISHED
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
        run.call(bench.core[:_WARM_UP])
        timing = run.time(cases, seconds=_TIMED_LIMIT / len(cases))
    bench.budget.charge(timing.prepare_cpu_seconds + timing.cpu_seconds + timing.finish_cpu_seconds)
    return timing


def _grown_batches(ladder: Ladder, size: int, rng: random.Random) -> Callable[[int], list[Case]]:
    return lambda count: fresh_cases(ladder.grower, size, count, rng)


def _core_batches(core: Sequence[Case], rng: random.Random) -> Callable[[int], list[Case]]:
    """Draw batches from the core inputs; a batch repeats an input only when there are too few of them."""

    def make(count: int) -> list[Case]:
        batch: list[Case] = []
        while len(batch) < count:
            batch += rng.sample(list(core), min(len(core), count - len(batch)))
        return batch

    return make


def _growth(
    bench: Bench, ladder: Ladder, rng: random.Random
) -> tuple[tuple[tuple[int, float], ...], int | None]:
    """Time the candidate at growing sizes, and find the size from which on it wins.

    The sizes are the original's, and those beyond them while calls are still short. The second figure is None where
    the candidate loses at no size measured; it rests on one batch a size, so it is a rough one.
    """
    sizes: list[int] = []
    seconds: list[float] = []
    wins_from = size = ladder.sizes[0]
    budget = Budget(_GROWTH_SECONDS)
    try:
        with bench.sandbox.start(bench.old) as before, bench.sandbox.start(bench.new) as after:
            while not budget.exhausted() and size <= 16 * ladder.top:
                count = int(1e-3 / max(seconds[-1] if seconds else 1e-5, 1e-7))
                cases = fresh_cases(ladder.grower, size, max(1, min(50, count, 4_000 // size)), rng)
                timing = after.time(cases, seconds=1.0 / len(cases))
                if any(outcome.kind != "returned" for outcome in timing.outcomes):
                    break
                budget.charge(timing.prepare_cpu_seconds + timing.cpu_seconds)
                sizes.append(size)
                seconds.append(timing.cpu_seconds / len(cases))
                if size in ladder.sizes and ladder.seconds_at(size) < FIT_FLOOR:
                    old = before.time(cases, seconds=1.0 / len(cases))
                    if old.cpu_seconds < _SLOWER * timing.cpu_seconds:
                        wins_from = 2 * size
                if seconds[-1] > 0.05 or timing.prepare_cpu_seconds > 0.3:
                    break
                size *= 2
    except LoadFailure:
        return (), None
    return tuple(zip(sizes, seconds, strict=True)), wins_from if wins_from > ladder.sizes[0] else None


def _memory(bench: Bench, case: Case) -> tuple[float | None, float | None]:
    """Return (old peak / new peak, old peak in bytes) of one call on the same input."""
    peaks: list[int] = []
    for program in (bench.old, bench.new):
        with bench.sandbox.start(program) as run:
            peak, outcome = run.peak(case)
            if outcome.kind != "returned":
                return None, None
            peaks.append(peak)
    old, new = (max(peak, 1) for peak in peaks)
    return old / new, float(old)


def first_case(ladder: Ladder, seed: int) -> Case:
    """Return one case of the ladder's largest size."""
    return ladder.grower.make(ladder.top, random.Random(seed))


def _grown_memory(
    bench: Bench, ladder: Ladder, size: int, rng: random.Random
) -> tuple[float | None, float | None]:
    return _memory(bench, ladder.grower.make(size, random.Random(rng.getrandbits(64))))


def _lighter(memory: tuple[float | None, float | None]) -> bool:
    return memory[0] is not None and memory[0] >= _NOTEWORTHY_MEMORY


def _weight(case: Case) -> int:
    return sum(len(arg) for arg in case.args if hasattr(arg, "__len__"))


def interval_text(interval: Interval) -> str:
    """Write a speed-up for people: `14.2× (95 % CI 13.0–15.1)`."""
    return f"{_ratio(interval.median)}× (95 % CI {_ratio(interval.low)}–{_ratio(interval.high)})"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
