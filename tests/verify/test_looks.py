"""When rounds of timing end: as soon as the answer is clear, and never by luck alone."""

from __future__ import annotations

import random

from velox_engine.verify.rounds import LOOK_CONFIDENCE, LOOKS
from velox_engine.verify.statistics import median_interval


def test_looking_three_times_keeps_the_confidence() -> None:
    """Of many candidates that change nothing, fewer than one in twenty ever shows an interval without 1."""
    rng = random.Random(1)
    wrong = 0
    for _ in range(2_000):
        ratios = [rng.lognormvariate(0.0, 0.2) for _ in range(LOOKS[-1])]
        intervals = [median_interval(ratios[:count], confidence=LOOK_CONFIDENCE) for count in LOOKS]
        wrong += any(interval.low > 1 or interval.high < 1 for interval in intervals)
    assert wrong / 2_000 < 0.05
