"""Intervals and fits of paired timings."""

from __future__ import annotations

import random

import pytest

from velox_engine.verify.statistics import median_interval, power_exponent


def test_interval_uses_binomial_ranks() -> None:
    """With eleven values the 95 % interval runs from the second to the tenth."""
    interval = median_interval([float(n) for n in range(1, 12)])
    assert (interval.low, interval.median, interval.high) == (2.0, 6.0, 10.0)


def test_interval_covers_the_true_median_about_as_often_as_it_says() -> None:
    """Over many samples at least 95 % of the intervals hold the true median."""
    rng = random.Random(7)
    hits = 0
    for _ in range(2000):
        interval = median_interval([rng.lognormvariate(0.0, 0.5) for _ in range(11)])
        hits += interval.low <= 1.0 <= interval.high
    assert hits / 2000 >= 0.95


def test_nothing_measured_is_an_error() -> None:
    """No ratio, no interval."""
    with pytest.raises(ValueError, match="no ratios"):
        median_interval([])


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_exponent_of_a_power_is_found(exponent: float) -> None:
    """The fit returns the power the times were made with."""
    sizes = [8, 16, 32, 64]
    assert power_exponent(sizes, [3e-4 * n**exponent for n in sizes]) == pytest.approx(exponent)


def test_two_points_tell_no_exponent() -> None:
    """A line through two points is not evidence."""
    assert power_exponent([8, 16], [1.0, 2.0]) is None
