"""Finds the few inputs of one size that take nearly all of the time, where others let the function leave early.

Ex) divisors tried one by one: a prime among a hundred numbers of a size takes longer than all the others together.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from velox_engine.verify.sandbox import Case, LoadFailure, Run

BUSY_SHARE = 0.25  # of the slowest: inputs that take less let the function leave early
SPREAD_DRAWS = 64  # inputs among which the busy ones are looked for
_FEWEST_BUSY = 2  # one alone may be a chance that does not come again
_FEWEST_DRAWS = 12
_MOST_BUSY_SHARE = 0.34  # of the draws: with more of them, any draw is as good as another
_SPREAD = 4.0  # busy inputs take so many times longer than the mean
_LEAST_SECONDS = 1e-4  # of a busy call: shorter ones cannot be told apart one by one
_WARM_UP = 32
_GROUP = 4  # calls timed together at first
_CALL_SECONDS = 0.5  # a call that takes longer is left out
_DECIDED = ("returned", "raised")


@dataclass(frozen=True, slots=True)
class Busy:
    """The places of the busy inputs among those given, and what one of them takes; no places where all are alike."""

    places: tuple[int, ...] = ()
    seconds: float = 0.0
    spent: float = 0.0  # processor seconds of looking for them


def busy_among(start: Callable[[], Run], cases: Sequence[Case], mean: float) -> Busy:
    """The inputs on which calls take most of the time, where `mean` is the mean of all, in seconds."""
    cases = cases[:SPREAD_DRAWS]
    if len(cases) < _FEWEST_DRAWS or mean * len(cases) < _LEAST_SECONDS:
        return Busy()
    slowest, spent = slowest_among(start, cases)
    if not slowest:
        return Busy(spent=spent)
    most, least = slowest[0][0], slowest[-1][0]
    busy = [(seconds, place) for seconds, place in slowest if seconds >= BUSY_SHARE * most]
    # The least of several is what asking for one call takes by itself.
    overhead = least if len(busy) < len(slowest) else 0.0
    for asked_again in (False, True):
        if asked_again:
            # Other work on the machine makes a call or two look busy, and others the next time.
            busy, more = _slow_again(start, cases, busy)
            spent += more
        some = _FEWEST_BUSY <= len(busy) <= _MOST_BUSY_SHARE * len(cases)
        seconds = sum(seconds for seconds, _ in busy) / len(busy) - overhead if some else 0.0
        if seconds < max(_SPREAD * mean, _LEAST_SECONDS):
            return Busy(spent=spent)
    return Busy(tuple(sorted(place for _, place in busy)), seconds, spent)


def _slow_again(
    start: Callable[[], Run], cases: Sequence[Case], busy: Sequence[tuple[float, int]]
) -> tuple[list[tuple[float, int]], float]:
    """Those of the busy ones that another process takes long for, too, with the less of both times; and the time."""
    known = {place for _, place in busy}
    try:
        with start() as run:
            run.call([case for place, case in enumerate(cases) if place not in known][:_WARM_UP])
            both = [(first, _cpu(run, [cases[place]]), place) for first, place in busy]
    except LoadFailure:
        return [], 0.0
    least = [(min(first, second), place) for first, second, place in both]
    most = max(seconds for seconds, _ in least)
    slow = [(seconds, place) for seconds, place in least if seconds >= BUSY_SHARE * most > 0.0]
    return slow, sum(second for _, second, _ in both)


def slowest_among(start: Callable[[], Run], cases: Sequence[Case]) -> tuple[list[tuple[float, int]], float]:
    """(seconds, place) of single calls, slowest first, and the processor seconds of finding them.

    Only members of groups that stand out are timed one by one; none where groups are alike. They are timed in a process
    that has answered others before: what a first call fills for the rest is not in the inputs. Calls that do not
    return are left out.
    """
    places = range(len(cases))
    groups = [places[at : at + _GROUP] for at in places[::_GROUP]]
    try:
        with start() as run:
            sums = [_cpu(run, [cases[place] for place in group]) for group in groups]
        spent = sum(sums)
        heavy = [
            place
            for group, seconds in zip(groups, sums, strict=True)
            if seconds >= BUSY_SHARE * max(sums)
            for place in group
        ]
        if max(sums) < _SPREAD * statistics.median(sums) or not spent:
            return [], spent
        with start() as run:
            run.call([cases[place] for place in places if place not in heavy][:_WARM_UP])
            singles = [(_cpu(run, [cases[place]]), place) for place in heavy]
    except LoadFailure:
        return [], 0.0
    spent += sum(seconds for seconds, _ in singles)
    return sorted((item for item in singles if item[0] > 0.0), reverse=True), spent


def _cpu(run: Run, cases: Sequence[Case]) -> float:
    """Processor seconds of calls back to back; 0 where one gives no result."""
    timing = run.time(cases, seconds=_CALL_SECONDS)
    return timing.cpu_seconds if all(answer.kind in _DECIDED for answer in timing.outcomes) else 0.0
