"""When rounds of timing end: as soon as the answer is clear, and never by luck alone."""

from __future__ import annotations

import random

from velox_engine.verify.rounds import CLEAR_WIN, LOOK_CONFIDENCE, LOOKS, Pairs, is_clear
from velox_engine.verify.statistics import median_interval


def test_looking_several_times_keeps_the_confidence() -> None:
    """Of many candidates that change nothing, fewer than one in twenty ever shows an interval without 1."""
    rng = random.Random(1)
    wrong = 0
    for _ in range(2_000):
        ratios = [rng.lognormvariate(0.0, 0.2) for _ in range(LOOKS[-1])]
        intervals = [median_interval(ratios[:count], confidence=LOOK_CONFIDENCE) for count in LOOKS]
        wrong += any(interval.low > 1 or interval.high < 1 for interval in intervals)
    assert wrong / 2_000 < 0.05


def test_a_gain_by_luck_alone_is_as_rare_as_it_was_with_fewer_looks() -> None:
    """Counted exactly, without any noise: each round is above the bar or not, as a coin falls."""
    open_ways, won = {0: 1.0}, 0.0  # probability by the number of rounds below the bar
    for rounds in range(1, LOOKS[-1] + 1):
        fallen = {below: share / 2 for below, share in open_ways.items()}
        open_ways = {b: fallen.get(b, 0.0) + fallen.get(b - 1, 0.0) for b in range(rounds + 1)}
        if rounds in LOOKS:
            low = median_interval(range(1, rounds + 1), confidence=LOOK_CONFIDENCE).low
            won += sum(share for below, share in open_ways.items() if below < low)
            open_ways = {below: share for below, share in open_ways.items() if below >= low}
    assert 0.01 < won < 0.0155  # looks after 11, 19 and 29 rounds: 0.0150; a 95 % interval may have 0.025


def test_a_clear_gain_ends_at_the_first_look_and_a_doubtful_one_does_not() -> None:
    """Seven rounds above the bar are enough, one of them below is not; a small gain is not given up yet either."""
    assert is_clear(Pairs([1.1, 1.2, 1.3, 1.2, 1.1, 1.2, 1.06]), 1.05, CLEAR_WIN)
    assert not is_clear(Pairs([1.1, 1.2, 1.3, 1.2, 1.1, 1.2, 1.04]), 1.05, CLEAR_WIN)
    assert not is_clear(Pairs([1.04, 1.05, 1.06, 1.06, 1.05, 1.06, 1.04]), 1.05, CLEAR_WIN)


def test_what_changes_nothing_is_given_up_after_few_rounds() -> None:
    """Six rounds between a hair slower and the bar say that there is nothing to gain; five do not."""
    assert is_clear(Pairs([1.0, 1.01, 0.99, 1.02, 1.0, 1.01]), 1.05, CLEAR_WIN)
    assert not is_clear(Pairs([1.0, 1.01, 0.99, 1.02, 1.0]), 1.05, CLEAR_WIN)
    assert not is_clear(Pairs([1.0, 1.01, 0.99, 1.02, 1.0, 1.2]), 1.05, CLEAR_WIN)


def test_what_may_be_slower_or_faster_is_looked_at_longer() -> None:
    """At the second look a middle ratio near 1 ends it; one that hints at a loss, or at a gain, does not."""
    unsure = [0.8, 0.9, 0.9, 0.95, 1.0, 1.0, 1.1, 1.1, 1.2, 1.2, 1.3]
    assert is_clear(Pairs(unsure), 1.05, CLEAR_WIN)
    assert not is_clear(Pairs([ratio * 0.9 for ratio in unsure]), 1.05, CLEAR_WIN)
    assert not is_clear(Pairs([ratio * 1.1 for ratio in unsure]), 1.05, CLEAR_WIN)


def test_ending_early_never_makes_a_gain() -> None:
    """Whatever the noise, rounds that end for want of a gain have an interval that shows none."""
    rng = random.Random(2)
    for _ in range(500):
        pairs = Pairs([rng.lognormvariate(0.0, 0.1) for _ in range(LOOKS[0])])
        if is_clear(pairs, 1.05, CLEAR_WIN) and pairs.interval.median <= 1.05:
            assert pairs.interval.low <= 1.05
