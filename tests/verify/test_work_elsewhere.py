"""Work that a rewrite moves to where the clock does not look is added to its calls; noise is not."""

from __future__ import annotations

import random

from velox_engine.verify.rounds import seconds_elsewhere


def test_what_is_more_in_nearly_every_round_counts_in_full_however_much_it_varies() -> None:
    """A busy machine stretches the rounds; what is done after each call is done all the same."""
    assert seconds_elsewhere([2e-3, 9e-3, 5e-3, 30e-3, 1e-3, 6e-3, -1e-3]) == 5e-3


def test_what_varies_around_nothing_does_not_count() -> None:
    """Building inputs and writing results down cost both sides the same."""
    assert seconds_elsewhere([1e-4, -2e-4, 3e-4, -1e-4, 2e-4, -3e-4, 0.0]) == 0.0
    assert seconds_elsewhere([-1e-3] * 7) == 0.0


def test_a_little_more_in_most_rounds_counts_beyond_its_noise() -> None:
    """Eight of eleven rounds by far, three not at all: there is work, less sure than its middle."""
    charge = seconds_elsewhere([4e-3, 4.1e-3, 3.9e-3, 4e-3, 4.2e-3, 3.8e-3, 4e-3, 4.1e-3, -1e-4, -1e-4, 0.0])
    assert 3e-3 < charge < 4e-3


def test_noise_alone_adds_next_to_nothing() -> None:
    """Of many rounds without such work, few are charged, and then no more than the noise."""
    rng = random.Random(5)
    charges = [seconds_elsewhere([rng.gauss(0.0, 1e-4) for _ in range(11)]) for _ in range(500)]
    assert sum(charge > 0.0 for charge in charges) < 50
    assert max(charges) < 2e-4
