"""Times a candidate against the original in pairs, on fresh inputs, on the child's CPU clock, checking every output.

Each round starts two new processes, so that nothing cached in one round helps the next; the order alternates.
Sandbox-side figures are never used: the parent reads the clocks (SANDBOX.md, result forgery).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from velox_engine.types import Interval, Measurement
from velox_engine.verify.budget import Budget
from velox_engine.verify.draws import Batches, chosen, from_core
from velox_engine.verify.peaks import core_memory, grown_memory
from velox_engine.verify.rounds import (
    LOSS_POWER,
    OUT_OF_TIME,
    UNFINISHED,
    Bench,
    Pairs,
    Refuted,
    time_pairs,
)
from velox_engine.verify.sandbox import Case, LoadFailure
from velox_engine.verify.scaling import FIT_FLOOR, Ladder, fit, fresh_cases
from velox_engine.verify.spread import BUSY_SHARE, SPREAD_DRAWS, slowest_among

__all__ = ["Bench", "Refuted", "interval_text", "measure"]

_MOST_KNOBS = 3  # ways to grow that are timed
_FEWEST_TOLD = 3  # rounds below which a ratio is not told
_FEWEST_BUSY, _MOST_BUSY = 3, 8  # cases that keep the original busy
_BUSY_TRIES = 4  # as many times SPREAD_DRAWS cases are drawn to find the fewest
_ON_BUSY = "on inputs that keep the original busy; others let it leave early"
# What leaves a question open without saying anything against the rewrite.
_OPEN = {OUT_OF_TIME: "the time budget ended", UNFINISHED: "the original does not finish"}
_IDLE_SECONDS = (
    0.2  # where drawing many cases is this cheap, a rewrite is not given up before busy ones were looked for
)
_MIXED_SPREAD = 4.0  # ratios of the rounds this far apart, on both sides of 1, call for that
_TOP_SHARE = 0.6  # of the budget: for the largest size
_SHRINK = 4  # a size on which the original does not finish is tried again that many times smaller
_GROWTH_SECONDS = 0.8
_TELLING_POINTS = 4  # sizes with calls long enough to fit an exponent
_SLOWER = 0.9  # a size at which old / new stays below this counts as one where the rewrite loses
_SMALL_LOSS = 0.25  # of the time gained as inputs grow in one way: what may be lost as they grow in another
_MEMORY_TIME = 0.9  # a rewrite slower than this is not worth asking how much memory it takes
_NOTEWORTHY_MEMORY = 1.1
# A gain whose lower end is below this has to show twice: of several ways to grow, each timed in as few as six rounds,
# one may look faster by chance, above all where other work disturbs the clock.
_PLAIN_GAIN = 1.5
_CONFIRM_SECONDS = 2.0  # for that, beyond the budget if need be
_UNCONFIRMED = "a second comparison did not confirm the gain of the first"


@dataclass(frozen=True, slots=True)
class _Top:
    """The rounds at the largest size of one way to grow."""

    ladder: Ladder
    size: int
    pairs: Pairs

    def wins(self, least: float) -> bool:
        """Whether it is clearly faster here."""
        return not (self.pairs.unstable or self.pairs.lost) and self.pairs.interval.low > least

    @property
    def loses(self) -> bool:
        """Whether it is clearly slower here."""
        return self.pairs.interval.high < 1.0

    @property
    def gained(self) -> float:
        """Seconds that one call takes less; negative where it takes more."""
        return self.ladder.seconds_at(self.size) * (1.0 - 1.0 / self.pairs.interval.median)

    @property
    def says(self) -> str:
        """Ex) 1.15× as `queue` gets longer"""
        return f"{_ratio(self.pairs.interval.median)}× {self.ladder.grower.says}".rstrip()


def measure(bench: Bench) -> Measurement:
    """Measure the candidate at a typical and at the largest size, its memory and its scaling.

    Raises Refuted when an output differs, LoadFailure when a program does not start.
    """
    if not bench.ladders:
        return _measure_core(bench)
    best = _best_way_to_grow(bench)
    ladder, top_size, top = best.ladder, best.size, best.pairs
    memory = (None, None)
    if max(top.ratios) > _MEMORY_TIME and top.lost:
        # Less memory may be reason enough, and that needs the whole interval. Asked at a middle size, which is quicker.
        if _lighter(grown_memory(bench, ladder, ladder.middle)):
            bench = replace(bench, bar=0.0)
            top = time_pairs(bench, bench.batches(ladder, top_size), ladder.seconds_at(top_size))
            memory = grown_memory(bench, ladder, top_size)
    elif max(top.ratios) > _MEMORY_TIME and not top.unstable:
        memory = grown_memory(bench, ladder, top_size)
    largest = top.interval
    typical, sizes = largest, {top_size}
    if ladder.middle < top_size and largest.high >= 1.0 and not (top.lost or top.unstable):
        # Slower where it matters ends it; else the usual size must not be worse.
        size = ladder.middle
        seconds = ladder.seconds_at(size)
        busy = ladder.busy_cases(size)
        batches = _some_of(bench, busy, seconds) if busy else bench.batches(ladder, size)
        # All that is asked here is whether it is slower, and whether it is faster at all.
        middle = time_pairs(bench, batches, seconds, clear=bench.least)
        if middle.unstable in _OPEN and len(middle.ratios) < _FEWEST_TOLD:
            told = f"not measured at middle sizes, since {_OPEN[middle.unstable]}"
            top.note = "; ".join(filter(None, [top.note, told]))
        else:
            typical = middle.interval
            sizes.add(size)
            top.unstable = "" if middle.unstable in _OPEN else middle.unstable
    after, crossover = (), None
    if (largest.low > 1.0 or _lighter(memory)) and not (top.lost or top.unstable):
        after, crossover = _growth(bench, ladder)
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


def _measure_core(bench: Bench) -> Measurement:
    """Where nothing grows, the core inputs are what there is."""
    batches = _core_batches(bench)
    pairs = time_pairs(bench, batches, bench.core_seconds)
    if _is_narrow_win(pairs, bench.least):
        confirming = _confirming(bench)
        again = time_pairs(confirming, _core_batches(confirming), bench.core_seconds)
        pairs = _cautious(pairs, again, bench.least)
    memory = (None, None)
    if max(pairs.ratios) > _MEMORY_TIME:
        memory = core_memory(bench)
        if pairs.lost and _lighter(memory):
            pairs = time_pairs(replace(bench, bar=0.0), batches, bench.core_seconds)
    speedup = pairs.interval
    return Measurement(speedup, speedup, bench.core_seconds, *memory, None, None, unstable=pairs.unstable)


def _best_way_to_grow(bench: Bench) -> _Top:
    """Time the largest size of each way in which inputs can get long, and choose the one to report.

    A gain in one of them is a gain, provided that no other one loses as it counts: lists get longer, or what they hold
    gets larger, and a person's data may do either. Building a set for a single question costs a little, whatever it
    gains for many; so a loss is told, and counts unless it is small beside the gain (see `_is_small`).
    """
    beside = bench.ladders[0].grower.beside
    first, *others = [
        ladder
        for place, ladder in enumerate(bench.ladders)
        if ladder.long or not place or ladder.grower.knob == beside
    ][:_MOST_KNOBS]
    tops = [_time_top(bench, first)]
    won = tops[0].wins(bench.least)
    if not won and (tops[0].loses or tops[0].pairs.unstable):
        return tops[0]
    if won:  # beside a gain it is only asked whether it is slower here
        tops += [_time_top(replace(bench, bar=0.0), ladder, 1.0) for ladder in others]
    else:
        tops += [_time_top(bench, ladder) for ladder in others]
    if not won and any(top.wins(bench.least) for top in tops):
        tops[0] = _time_top(replace(bench, bar=0.0), first, 1.0)
        won = True
    if not won:
        return tops[0]
    best = max((top for top in tops if top.wins(bench.least)), key=lambda top: top.pairs.interval.median)
    rest = [top for top in tops if top is not best]
    if _is_narrow_win(best.pairs, bench.least):
        again = _time_top(_confirming(bench), best.ladder)
        if _cautious(best.pairs, again.pairs, bench.least) is again.pairs:
            best = again
    for top in rest:
        if top.loses and not _is_small(top, best):
            best.pairs.unstable = f"slower for other inputs: {top.says}"
        elif top.pairs.unstable not in ("", *_OPEN):
            best.pairs.unstable = top.pairs.unstable
    if rest:
        told = [best.ladder.grower.says, *(_told(top) for top in rest), best.pairs.note]
        best.pairs.note = "; ".join(filter(None, told))
    return best


def _core_batches(bench: Bench) -> Batches:
    return Batches(from_core(bench.core, random.Random(bench.stream("core"))), bench.core_seconds)


def _some_of(bench: Bench, cases: Sequence[Case], seconds: float) -> Batches:
    return Batches(chosen(cases, random.Random(bench.stream("busy"))), seconds)


def _is_narrow_win(pairs: Pairs, least: float) -> bool:
    return not (pairs.unstable or pairs.lost) and least < pairs.interval.low < _PLAIN_GAIN


def _confirming(bench: Bench) -> Bench:
    return replace(bench, budget=Budget(_CONFIRM_SECONDS), occasion="again")


def _cautious(first: Pairs, again: Pairs, least: float) -> Pairs:
    """Of two comparisons the one that says less for the rewrite; one that was cut short need only not deny the gain."""
    if again.unstable in _OPEN and (len(again.ratios) < _FEWEST_TOLD or again.interval.median > least):
        return first
    if again.unstable not in _OPEN and again.interval.low > first.interval.low:
        return first
    if again.interval.low <= least:
        again.note = "; ".join(filter(None, [again.note, _UNCONFIRMED]))
    return again


def _told(top: _Top) -> str:
    """What is known of one of the other ways to grow; what the time did not suffice for is said to be unknown."""
    if top.pairs.unstable in _OPEN and len(top.pairs.ratios) < _FEWEST_TOLD:
        return f"not measured {top.ladder.grower.says}, since {_OPEN[top.pairs.unstable]}"
    return top.says


def _is_small(loss: _Top, gain: _Top) -> bool:
    """Whether a loss is a small share of the time gained, or a small factor beside the gain: 2× against 100×."""
    if -loss.gained <= _SMALL_LOSS * gain.gained:
        return True
    return gain.pairs.interval.low * loss.pairs.interval.median**LOSS_POWER > 1.0


def _time_top(bench: Bench, ladder: Ladder, clear: float | None = None) -> _Top:
    """Time the largest size; a smaller one where the original does not finish on every fresh input.

    The ladder saw a few draws of each size; where other knobs vary, another draw of the size may take far longer.
    Where rounds disagree on who wins, because some inputs let the original leave early and others do not, the
    inputs that keep it busy are timed: that is where the time goes.
    """
    size = ladder.large
    enough = {} if clear is None else {"clear": clear}
    while True:
        if ladder.busy:
            busy, seconds = _busy_cases(bench, ladder, size)
            if len(busy) >= _FEWEST_BUSY:
                pairs = time_pairs(bench, _some_of(bench, busy, seconds), seconds, _TOP_SHARE, **enough)
                pairs.note = "; ".join(filter(None, [_ON_BUSY, pairs.note]))
                return _Top(ladder, size, pairs)
        pairs = time_pairs(bench, bench.batches(ladder, size), ladder.seconds_at(size), _TOP_SHARE, **enough)
        smaller = size // _SHRINK
        slow = ladder.seconds_at(size) > FIT_FLOOR
        if (
            pairs.unstable == UNFINISHED
            and slow
            and smaller >= ladder.sizes[0]
            and not bench.budget.exhausted(_TOP_SHARE)
        ):
            size = smaller
            continue
        mixed = min(pairs.ratios) < 1.0 < max(pairs.ratios) > _MIXED_SPREAD * min(pairs.ratios)
        idle = pairs.lost and ladder.seconds_at(size) * SPREAD_DRAWS < _IDLE_SECONDS
        if mixed or idle:
            busy, seconds = _busy_cases(bench, ladder, size)
            if busy and (mixed or seconds > _MIXED_SPREAD * ladder.seconds_at(size)):
                drawn = from_core(busy, random.Random(bench.stream("mixed")))
                pairs = time_pairs(bench, Batches(drawn, seconds), seconds)
                pairs.note = "; ".join(filter(None, [_ON_BUSY, pairs.note]))
        return _Top(ladder, size, pairs)


def _busy_cases(bench: Bench, ladder: Ladder, size: int) -> tuple[list[Case], float]:
    """Return those of many fresh cases that the original works on longest, and their mean seconds."""
    stream = bench.stream(f"{ladder.grower.knob}:{size}:busy")
    key = (id(ladder.grower), stream, bench.old.source, ladder.seconds_at(size))
    return bench.draws.once(key, lambda: _find_busy(bench, ladder, size, random.Random(stream)))


def _find_busy(bench: Bench, ladder: Ladder, size: int, rng: random.Random) -> tuple[list[Case], float]:
    cases: list[Case] = []
    timed: list[tuple[float, int]] = []
    busy: list[tuple[float, int]] = []
    for _ in range(_BUSY_TRIES if ladder.busy else 1):
        drawn = fresh_cases(ladder.grower, size, SPREAD_DRAWS, rng)
        slowest, _ = slowest_among(lambda: bench.sandbox.start(bench.old), drawn)
        timed += [(seconds, len(cases) + place) for seconds, place in slowest]
        cases += drawn
        # Where the climb met busier ones, what is long among early exits is not long.
        most = max([ladder.seconds_at(size) if ladder.busy else 0.0, *(seconds for seconds, _ in timed)])
        busy = [(seconds, i) for seconds, i in sorted(timed, reverse=True) if seconds >= BUSY_SHARE * most]
        if len(busy) >= _FEWEST_BUSY:
            break
    busiest = busy[:_MOST_BUSY]
    mean = sum(seconds for seconds, _ in busiest) / len(busiest) if busiest else 0.0
    return [cases[i] for _, i in busiest], mean


def _growth(bench: Bench, ladder: Ladder) -> tuple[tuple[tuple[int, float], ...], int | None]:
    """Time the candidate at growing sizes, and find the size from which on it wins.

    The sizes are the original's, and larger ones where the candidate's calls are too short there to fit an exponent.
    The second figure is None where it loses at no size measured; it rests on one batch a size, so it is a rough one.
    """
    sizes: list[int] = []
    seconds: list[float] = []
    wins_from = ladder.sizes[0]
    budget = Budget(_GROWTH_SECONDS)
    rng = random.Random(bench.stream("growth"))
    try:
        with bench.sandbox.start(bench.old) as before, bench.sandbox.start(bench.new) as after:
            for size in _growing(ladder):
                told = sum(one >= FIT_FLOOR for one in seconds) >= _TELLING_POINTS
                if budget.exhausted() or (size > ladder.top and told):
                    break
                count = int(1e-3 / max(seconds[-1] if seconds else 1e-5, 1e-7))
                cases = ladder.busy_cases(size) or fresh_cases(
                    ladder.grower, size, max(1, min(50, count, 4_000 // size)), rng
                )
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
    except LoadFailure:
        return (), None
    return tuple(zip(sizes, seconds, strict=True)), wins_from if wins_from > ladder.sizes[0] else None


def _growing(ladder: Ladder) -> Iterator[int]:
    """The ladder's sizes, then larger ones; beyond the sizes climbed it is not known which draws are busy."""
    yield from ladder.sizes
    if not ladder.busy:
        yield from (ladder.top * factor for factor in (2, 4, 8, 16))


def _lighter(memory: tuple[float | None, float | None]) -> bool:
    return memory[0] is not None and memory[0] >= _NOTEWORTHY_MEMORY


def interval_text(interval: Interval) -> str:
    """Write a speed-up for people: `14.2× (95 % CI 13.0–15.1)`."""
    return f"{_ratio(interval.median)}× (95 % CI {_ratio(interval.low)}–{_ratio(interval.high)})"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
