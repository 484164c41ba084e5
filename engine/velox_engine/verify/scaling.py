"""Grows a function's inputs knob by knob and fits how its time depends on their size."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from velox_engine.verify.inputs import Grower
from velox_engine.verify.sandbox import Case, LoadFailure, Program, Sandbox
from velox_engine.verify.statistics import power_exponent

FIT_FLOOR = 1e-4  # seconds: below this a call's time is mostly overhead, so it tells nothing of the exponent
TOP_SECONDS = 0.05  # a call as long as this is large enough
_FIRST_SIZE = 4
_LAST_SIZE = 1 << 20
_BATCH_SECONDS = 2e-3  # short calls are timed in batches about this long
_PREPARE_LIMIT = 0.5  # seconds the child may spend decoding one size's inputs
_OUTGROWN = 1.25  # a step this much slower counts as growth


@dataclass(frozen=True, slots=True)
class Ladder:
    """Times of one function at growing sizes of one knob."""

    grower: Grower
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]  # of one call, on the child's CPU clock

    @property
    def exponent(self) -> float | None:
        """The fitted power of the size, from points that are long enough to tell."""
        return fit(self.sizes, self.seconds)

    @property
    def top(self) -> int:
        """The largest size measured."""
        return self.sizes[-1]

    @property
    def middle(self) -> int:
        """A size between the largest and where the fit begins: what a typical large call looks like."""
        fitting = [n for n, t in zip(self.sizes, self.seconds, strict=True) if t >= FIT_FLOOR]
        below = fitting or self.sizes
        return below[(len(below) - 1) // 2]

    def seconds_at(self, size: int) -> float:
        """Return the measured seconds of one call at `size`."""
        return self.seconds[self.sizes.index(size)]


def fit(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    """Fit the exponent on points above FIT_FLOOR; None where fewer than three remain."""
    points = [(n, t) for n, t in zip(sizes, seconds, strict=True) if t >= FIT_FLOOR]
    return power_exponent([n for n, _ in points], [t for _, t in points])


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
    """Time the function at doubling sizes until a call takes `top_seconds` or `budget` wall seconds are spent.

    None when not even the smallest size runs. A size at which the function fails ends the climb: what it does
    beyond is not its evident domain.
    """
    rng = random.Random(seed)
    sizes: list[int] = []
    seconds: list[float] = []
    deadline = time.monotonic() + budget
    size = _FIRST_SIZE
    try:
        with sandbox.start(program) as run:
            estimate = 1e-5
            while size <= _LAST_SIZE and time.monotonic() < deadline:
                count = max(1, min(200, int(_BATCH_SECONDS / max(estimate, 1e-7))))
                timing = run.time(fresh_cases(grower, size, count, rng))
                if any(outcome.kind != "returned" for outcome in timing.outcomes):
                    break
                estimate = timing.cpu_seconds / count
                if len(seconds) >= 8 and max(seconds[-6:]) < _OUTGROWN * seconds[0]:
                    break  # this knob does not drive the time
                sizes.append(size)
                seconds.append(estimate)
                if estimate >= top_seconds or timing.prepare_cpu_seconds > _PREPARE_LIMIT * max(1, count / 4):
                    break
                size *= 2
    except LoadFailure:
        return None
    return Ladder(grower, tuple(sizes), tuple(seconds)) if sizes else None


def climb_all(
    sandbox: Sandbox,
    program: Program,
    growers: Sequence[Grower],
    *,
    seed: int,
    top_seconds: float = TOP_SECONDS,
    budget: float = 4.0,
) -> tuple[Ladder, ...]:
    """Climb every knob, the most telling ladder first: the one whose largest call takes longest."""
    share = budget / max(1, len(growers))
    ladders = [
        climb(sandbox, program, grower, seed=seed, top_seconds=top_seconds, budget=share)
        for grower in growers
    ]
    found = [ladder for ladder in ladders if ladder is not None]
    return tuple(sorted(found, key=lambda ladder: -ladder.seconds[-1]))
