"""Where a rewrite gains more on some inputs than on others, their time together decides."""

from __future__ import annotations

import random

from velox_engine.verify.rounds import LOOKS, Pairs, taken_together


def rounds(gains: list[float], noise: float, seed: int = 1) -> list[tuple[float, float]]:
    """Seconds of the original and of a rewrite with these gains by input, in the order of the rounds."""
    rng = random.Random(seed)
    return [
        (0.03 * rng.lognormvariate(0, noise), 0.03 / gains[index % len(gains)] * rng.lognormvariate(0, noise))
        for index in range(LOOKS[-1])
    ]


def judged(spent: list[tuple[float, float]], different: int) -> Pairs:
    """What is said of such rounds."""
    pairs = Pairs([old / new for old, new in spent])
    taken_together(pairs, spent, different)
    return pairs


def test_gains_that_differ_by_input_are_a_gain_together() -> None:
    """One input in four gains nothing: rounds reach from 1 to 3, all four together take half the time."""
    spent = rounds([1.0, 1.9, 2.0, 3.0], 0.03)
    apart = Pairs([old / new for old, new in spent])
    together = judged(spent, 4)
    assert apart.interval.low < 1.95 < apart.interval.high
    assert 1.6 < together.interval.low <= together.interval.high < 1.9  # 4 / (1 + 1/1.9 + 1/2 + 1/3) = 1.7
    assert together.note == "1 to 3× by input"


def test_what_some_inputs_lose_is_not_hidden_by_the_others() -> None:
    """Three times slower on one input of four outweighs what the rest gains."""
    spent = rounds([0.33, 2.0, 2.0, 2.0], 0.03)
    assert judged(spent, 4).ratios == [old / new for old, new in spent]


def test_noise_does_not_become_a_gain() -> None:
    """Of many rewrites that change nothing, measured on a disturbed machine, none is called faster."""
    for seed in range(300):
        assert judged(rounds([1.0] * 4, 0.2, seed), 4).interval.low <= 1.05


def test_few_turns_or_one_kind_of_input_stay_as_they_are() -> None:
    """Six turns through the inputs give no interval of this confidence."""
    spent = rounds([1.0, 2.0, 3.0, 1.5], 0.03)
    for taken, different in ((spent[:24], 4), (spent, 1), (spent, 5)):
        assert judged(taken, different).ratios == [old / new for old, new in taken]
