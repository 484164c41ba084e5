"""Where few inputs of a size take nearly all of the time: sizes, times and gains are those of these inputs."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from velox_engine.types import Interval
from velox_engine.verify import benchmark
from velox_engine.verify.benchmark import Bench
from velox_engine.verify.inputs import Grower
from velox_engine.verify.rounds import OUT_OF_TIME, Pairs
from velox_engine.verify.sandbox import Case, Environment, Program, Sandbox
from velox_engine.verify.scaling import Ladder, climb
from velox_engine.verify.spread import busy_among

PRIME = """
def is_prime(n):
    for divisor in range(2, n):
        if n % divisor == 0:
            return False
    return n > 1
"""
FASTER = PRIME.replace("range(2, n)", "range(2, int(n**0.5) + 1)")
NUMBERS = Grower("n", lambda size, rng: Case((rng.randint(size - size // 8, size),)), "as `n` gets larger")
NOTHING = Grower("n", lambda size, rng: Case((size,)), "as `m` gets larger")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Environment(sys.executable)) as opened:
        yield opened


def program(source: str, name: str) -> Program:
    """A module of one function."""
    return Program(source, "/shop/numbers.py", "numbers_of_shop", "", name)


def test_sizes_follow_the_inputs_that_keep_it_busy(sandbox: Sandbox) -> None:
    """Most numbers have a small divisor; the ladder is about those that have none, and a gain is theirs."""
    ladder = climb(sandbox, program(PRIME, "is_prime"), NUMBERS, seed=3, top_seconds=4e-3)
    assert ladder is not None
    busy = [case.args[0] for size in ladder.sizes for case in ladder.busy_cases(size)]
    assert busy
    alone = [number for number in busy if all(number % divisor for divisor in (2, 3, 5))]
    assert len(alone) > 0.8 * len(busy), "single calls are timed, and a busy machine disturbs one or another"
    assert ladder.top < 10**7, "it went on to numbers at which a single call takes for ever"
    bench = Bench(
        sandbox, program(PRIME, "is_prime"), program(FASTER, "is_prime"), [Case((n,)) for n in range(9)],
        [ladder], 1e-6, 1,
    )  # fmt: skip
    measured = benchmark.measure(bench)
    assert measured.speedup.median > 10
    assert "keep the original busy" in measured.note


class Machine:
    """Starts processes that tell scripted times: what each case takes, and what other work adds in one process."""

    def __init__(self, takes: Sequence[float], disturbed: Sequence[dict[int, float]]) -> None:
        self.takes, self.disturbed, self.started = takes, disturbed, -1

    @contextmanager
    def __call__(self) -> Iterator[Any]:
        self.started += 1
        added = self.disturbed[self.started]

        def time(cases: Sequence[Case], *, seconds: float) -> Any:
            spent = sum(self.takes[case.args[0]] + added.get(case.args[0], 0.0) for case in cases)
            return SimpleNamespace(
                cpu_seconds=spent, outcomes=[SimpleNamespace(kind="returned")] * len(cases)
            )

        yield SimpleNamespace(time=time, call=lambda cases: None)


PLACES = [Case((place,)) for place in range(64)]


def test_calls_that_other_work_disturbs_are_not_busy() -> None:
    """Three of 64 look slow twice in a row, other ones each time; on a loaded machine that is usual."""
    slow = {5: 2e-3, 6: 2e-3, 7: 1e-3}
    machine = Machine([2e-5] * 64, [slow, slow, {9: 2e-3}])
    assert busy_among(cast("Any", machine), PLACES, 1e-4).places == ()
    assert machine.started == 2


def test_calls_that_are_slow_each_time_are_busy() -> None:
    """A disturbed one beside them is not taken for one of them."""
    takes = [3e-3 if place in (8, 9, 30) else 2e-5 for place in range(64)]
    busy = busy_among(cast("Any", Machine(takes, [{31: 3e-3}, {31: 3e-3}, {}])), PLACES, 1.6e-4)
    assert busy.places == (8, 9, 30)
    assert busy.seconds == pytest.approx(3e-3, rel=0.02)


def test_where_all_inputs_are_alike_none_is_busy(sandbox: Sandbox) -> None:
    """A loop that always runs to its end has no such inputs."""
    source = (
        "def total(n):\n    found = 0\n    for step in range(n):\n        found += step\n    return found\n"
    )
    ladder = climb(sandbox, program(source, "total"), NUMBERS, seed=3, top_seconds=1e-3)
    assert ladder is not None
    assert ladder.busy == ()


def test_exponential_growth_is_compared_where_a_call_takes_what_was_aimed_for() -> None:
    """A power of the size would miss by steps, each of which is a factor in what a rewrite gains."""
    sizes = (4, 8, 16, 20, 24)
    ladder = Ladder(NUMBERS, sizes, tuple(2e-8 * 1.84**n for n in sizes), aim=0.03)
    assert ladder.large == round(math.log(0.03 / 2e-8, 1.84))


def tops(monkeypatch: pytest.MonkeyPatch, first: Pairs, second: Pairs) -> Pairs:
    """What is reported when the two ways to grow were timed with these results."""
    ladders = [Ladder(NUMBERS, (8,), (0.03,)), Ladder(NOTHING, (8,), (0.03,))]
    results = dict(zip((NUMBERS.says, NOTHING.says), (first, second), strict=True))

    def timed(_bench: Bench, ladder: Ladder, _clear: float | None = None) -> benchmark._Top:
        return benchmark._Top(ladder, 8, results[ladder.grower.says])

    monkeypatch.setattr(benchmark, "_time_top", timed)
    nowhere = Program("", "", "m", "", "f")
    bench = Bench(None, nowhere, nowhere, [], ladders, 1e-6, 1)  # type: ignore[arg-type]
    return benchmark._best_way_to_grow(bench).pairs


def test_a_way_to_grow_that_the_time_did_not_suffice_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear gain stays one; that the other way was not measured is said."""
    pairs = tops(monkeypatch, Pairs([2.0] * 6), Pairs([1.0], unstable=OUT_OF_TIME))
    assert not pairs.unstable
    assert "not measured as `m` gets larger, since the time budget ended" in pairs.note
    assert pairs.interval == Interval(2.0, 2.0, 2.0)


def test_a_way_to_grow_in_which_it_fails_still_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rewrite that does not finish there, or is clearly slower in the rounds there were, is not offered."""
    hangs = "the rewrite does not finish on some timed inputs"
    assert tops(monkeypatch, Pairs([2.0] * 6), Pairs([1.0], unstable=hangs)).unstable == hangs
    slower = tops(monkeypatch, Pairs([2.0] * 6), Pairs([0.3, 0.3, 0.3], unstable=OUT_OF_TIME))
    assert slower.unstable.startswith("slower for other inputs")


def test_without_time_for_the_main_way_to_grow_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gain of another way alone does not make up for what was to be shown first."""
    pairs = tops(monkeypatch, Pairs([2.0], unstable=OUT_OF_TIME), Pairs([2.0] * 6))
    assert pairs.unstable == OUT_OF_TIME


def confirmed(monkeypatch: pytest.MonkeyPatch, *results: Pairs) -> Pairs:
    """What is reported when one way to grow was timed with these results, one after the other."""
    ladder, waiting = Ladder(NUMBERS, (8,), (0.03,)), iter(results)

    def timed(_bench: Bench, ladder: Ladder, _clear: float | None = None) -> benchmark._Top:
        return benchmark._Top(ladder, 8, next(waiting))

    monkeypatch.setattr(benchmark, "_time_top", timed)
    nowhere = Program("", "", "m", "", "f")
    bench = Bench(None, nowhere, nowhere, [], [ladder], 1e-6, 1)  # type: ignore[arg-type]
    return benchmark._best_way_to_grow(bench).pairs


def test_a_narrow_gain_has_to_show_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six rounds that all look faster happen by chance; a second comparison that does not is the one that counts."""
    chance = [1.23, 1.3, 1.4, 1.5, 2.0, 2.43]
    denied = confirmed(monkeypatch, Pairs(chance), Pairs([0.9, 1.0, 1.0, 1.0, 1.1, 1.2]))
    assert denied.interval.low < 1.05
    assert "did not confirm" in denied.note
    assert confirmed(monkeypatch, Pairs([*chance]), Pairs([1.2] * 6)).interval == Interval(1.2, 1.2, 1.2)
    assert confirmed(monkeypatch, Pairs([1.2] * 6), Pairs([1.3] * 6)).interval == Interval(1.2, 1.2, 1.2)


def test_a_second_comparison_that_time_cuts_short_need_only_not_deny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rounds cannot prove a gain again, but they can speak against it."""
    first = [1.3] * 6
    kept = confirmed(monkeypatch, Pairs(first), Pairs([1.3, 1.0, 1.2], unstable=OUT_OF_TIME))
    assert (kept.unstable, kept.interval) == ("", Interval(1.3, 1.3, 1.3))
    denied = confirmed(monkeypatch, Pairs(first), Pairs([1.0, 1.0, 1.0], unstable=OUT_OF_TIME))
    assert denied.unstable == OUT_OF_TIME


def test_a_plain_gain_is_timed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs no more time than before."""
    assert confirmed(monkeypatch, Pairs([1.6] * 6)).interval == Interval(1.6, 1.6, 1.6)
