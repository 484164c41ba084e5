"""Inputs for timing, drawn once for all rewrites of a function.

Each rewrite is timed in processes of its own, which have seen none of them before.
"""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from velox_engine.verify.sandbox import Case
from velox_engine.verify.scaling import Ladder, fresh_cases

LONG_CALL = 8e-3  # seconds: of calls this long, fewer make a round, and one is enough to warm up
_LONG_BATCH = 2
_BATCH_SECONDS = 4e-3
_LEAST_BATCH, _MAX_BATCH = 3, 1_000  # several inputs a round: some may let the function leave early
_BATCHES = 4  # different ones; later rounds use them again, in processes that have not seen them
_MAKING_SECONDS = 0.4  # for the batches of one size
_KEPT = 4  # kinds of batches: the largest size of three ways to grow, and a middle one
_LEAST_SECONDS = 1e-7
Found = TypeVar("Found")


class Batches:
    """Batches of one kind of inputs, each made when it is first asked for."""

    def __init__(self, make: Callable[[int], list[Case]], call_seconds: float) -> None:
        """`make(count)` draws inputs; the longer a call takes, the fewer make a batch."""
        self._make = make
        self._call_seconds = call_seconds
        self._made: list[list[Case]] = []
        self._making = 0.0
        self.count = 0  # inputs in a batch, once there is one

    def at(self, index: int) -> list[Case]:
        """The batch of a round; within it no input repeats unless there are too few of them."""
        while len(self._made) <= index and len(self._made) < _BATCHES:
            if self._made and self._making >= _MAKING_SECONDS:
                break
            self._made.append(self._timed(self.count) if self._made else self._first())
        return self._made[index % len(self._made)]

    @property
    def different(self) -> int:
        """How many different ones the rounds so far had, in turn."""
        return len(self._made)

    def _first(self) -> list[Case]:
        """Settle how many inputs there is time to make, by making the fewest."""
        cases = self._timed(_LEAST_BATCH)
        affordable = int(_MAKING_SECONDS / _BATCHES * _LEAST_BATCH / max(self._making, _LEAST_SECONDS))
        least = _LEAST_BATCH if self._call_seconds < LONG_CALL else _LONG_BATCH
        self.count = max(least, min(wanted(self._call_seconds), affordable))
        if len(cases) < self.count:
            cases = self._timed(self.count)
        return cases[: self.count]

    def _timed(self, count: int) -> list[Case]:
        started = time.process_time()
        cases = self._make(count)
        self._making += time.process_time() - started
        return cases


def wanted(call_seconds: float) -> int:
    """Calls of one batch, as far as there is time to make their inputs."""
    return min(_MAX_BATCH, round(_BATCH_SECONDS / max(call_seconds, _LEAST_SECONDS)))


class Draws:
    """What was drawn and found out for the timing of one function, for the next rewrite to use."""

    def __init__(self) -> None:
        self._batches: OrderedDict[Hashable, Batches] = OrderedDict()
        self._found: dict[Hashable, object] = {}

    def batches(self, ladder: Ladder, size: int, seconds: float, seed: str) -> Batches:
        """Batches of one size, for calls of `seconds`; another seed gives other ones."""
        key = (id(ladder.grower), size, seed, wanted(seconds))
        if key not in self._batches:
            self._batches[key] = Batches(grown(ladder, size, random.Random(f"{seed}:{size}")), seconds)
        self._batches.move_to_end(key)
        if len(self._batches) > _KEPT:
            self._batches.popitem(last=False)
        return self._batches[key]

    def once(self, key: Hashable, find: Callable[[], Found]) -> Found:
        """What `find` gives, asked the first time only."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]  # type: ignore[return-value]


def grown(ladder: Ladder, size: int, rng: random.Random) -> Callable[[int], list[Case]]:
    """Draw inputs of one size."""
    return lambda count: fresh_cases(ladder.grower, size, count, rng)


def chosen(cases: Sequence[Case], rng: random.Random) -> Callable[[int], list[Case]]:
    """Draw from a few cases; a batch holds none of them twice, however many are asked for."""
    return lambda count: rng.sample(list(cases), min(count, len(cases)))


def from_core(core: Sequence[Case], rng: random.Random) -> Callable[[int], list[Case]]:
    """Draw from the core inputs; a batch repeats an input only when there are too few of them."""

    def make(count: int) -> list[Case]:
        batch: list[Case] = []
        while len(batch) < count:
            batch += rng.sample(list(core), min(len(core), count - len(batch)))
        return batch

    return make
