"""Inputs for timing are drawn once for all rewrites, from the seed and nothing else."""

from __future__ import annotations

from random import Random

from velox_engine.verify.draws import Batches, Draws, from_core
from velox_engine.verify.inputs import Grower
from velox_engine.verify.sandbox import Case
from velox_engine.verify.scaling import Ladder


def ladder() -> Ladder:
    grower = Grower("n", lambda size, rng: Case((size, rng.random())))
    return Ladder(grower, (4, 8), (1e-5, 2e-5))


def values(batches: Batches) -> list[list[tuple[object, ...]]]:
    return [[case.args for case in batches.at(index)] for index in range(4)]


def test_the_next_rewrite_is_timed_on_what_was_drawn_for_the_first() -> None:
    """The very cases come back, so nobody waits for them to be made, or encoded, again."""
    draws, knob = Draws(), ladder()
    first, again = (draws.batches(knob, 8, 1e-3, "1::n") for _ in range(2))
    assert [id(case) for case in first.at(2)] == [id(case) for case in again.at(2)]


def test_a_second_comparison_has_inputs_of_its_own() -> None:
    """Confirming a gain on the inputs that showed it would confirm nothing."""
    draws, knob = Draws(), ladder()
    first, other = (values(draws.batches(knob, 8, 1e-3, seed)) for seed in ("1::n", "1:again:n"))
    seen = {args for batch in first for args in batch}
    assert not seen & {args for batch in other for args in batch}


def test_what_is_drawn_follows_from_the_seed() -> None:
    """Neither the order in which sizes are asked for nor other draws before change it."""
    knob, busy, fresh = ladder(), Draws(), Draws()
    for size in (4, 6):
        busy.batches(knob, size, 1e-3, "1::n").at(3)
    assert values(busy.batches(knob, 8, 1e-3, "1::n")) == values(fresh.batches(knob, 8, 1e-3, "1::n"))


def test_only_the_last_few_kinds_are_kept() -> None:
    """Large inputs of every size ever timed would fill the memory; those given up are drawn alike again."""
    draws, knob = Draws(), ladder()
    first = draws.batches(knob, 8, 1e-3, "1::n")
    for size in range(9, 14):
        draws.batches(knob, size, 1e-3, "1::n")
    again = draws.batches(knob, 8, 1e-3, "1::n")
    assert again is not first
    assert values(again) == values(first)


def test_long_calls_make_small_batches_and_no_batch_repeats_another() -> None:
    """Two calls of twenty milliseconds are a round, of short ones there are many."""
    core = [Case((number,)) for number in range(5_000)]
    long, short = (Batches(from_core(core, Random(1)), seconds) for seconds in (2e-2, 1e-5))
    assert [len(long.at(index)) for index in range(3)] == [2, 2, 2]
    assert len(short.at(0)) == short.count > 100
    assert {case.args for case in short.at(0)} != {case.args for case in short.at(1)}
    assert short.at(5) in [short.at(index) for index in range(4)]
