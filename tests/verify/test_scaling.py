"""The climb to sizes that hurt, on a machine that has better things to do."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

import pytest

from velox_engine.verify.inputs import Grower
from velox_engine.verify.sandbox import Case, Environment, LoadFailure, Program, Run, Sandbox
from velox_engine.verify.scaling import climb, climb_all

SOURCE = "def slow(names):\n    return [name for name in names if names.count(name) == 1]\n"
PROGRAM = Program(SOURCE, "/shop/slow.py", "slow", "", "slow")
GROWER = Grower("names", lambda size, rng: Case(([rng.random() for _ in range(size)],)))


class Starved:
    """A sandbox on a busy machine: every other start comes to nothing."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.starts = 0

    def start(self, program: Program) -> Run:
        self.starts += 1
        if self.starts % 2:
            raise LoadFailure("loading the module takes longer than 5 s")
        return self._sandbox.start(program)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Environment(sys.executable)) as opened:
        yield opened


def test_a_start_that_fails_once_does_not_end_the_climb(sandbox: Sandbox) -> None:
    """While calls are short a failure says nothing of the function, so the sizes that hurt are still reached."""
    ladder = climb(Starved(sandbox), PROGRAM, GROWER, seed=1, top_seconds=2e-3)  # type: ignore[arg-type]
    assert ladder is not None
    assert ladder.seconds[-1] > 1e-4, "it ended among sizes too small to tell anything"


def test_a_function_that_never_starts_has_no_ladder(sandbox: Sandbox) -> None:
    """Failures that stay are believed."""
    broken = Program("raise OSError('no')\n" + SOURCE, "/shop/slow.py", "slow", "", "slow")
    assert climb(sandbox, broken, GROWER, seed=1) is None


def test_sizes_too_small_to_make_sense_do_not_end_the_climb(sandbox: Sandbox) -> None:
    """The tenth smallest of four numbers is an error; of sixteen it is not."""
    code = "def tenth(names):\n    return sorted(names)[9]\n"
    program = Program(code, "/shop/tenth.py", "tenth", "", "tenth")
    ladder = climb(sandbox, program, GROWER, seed=1, top_seconds=5e-4)
    assert ladder is not None
    assert ladder.sizes[0] == 16


def test_a_knob_that_does_not_matter_is_left_after_few_sizes(sandbox: Sandbox) -> None:
    """A number that is only compared takes as long at any size, and the machine need not be quiet to see it."""
    program = Program("def big(n):\n    return n > 9\n", "/shop/big.py", "big", "", "big")
    grower = Grower("n", lambda size, rng: Case((size,)))
    ladder = climb(sandbox, program, grower, seed=1)
    assert ladder is not None
    assert len(ladder.sizes) <= 12


def test_knobs_are_climbed_side_by_side_each_as_if_alone(sandbox: Sandbox) -> None:
    """Two sandboxes share three knobs; none is lost, and the one that drives the time comes first."""
    program = Program(
        "def f(names, n):\n    return [names.count(x) for x in names], n\n", "/f.py", "f", "", "f"
    )

    def names(size: int, rng: random.Random) -> Case:
        return Case(([rng.random() for _ in range(size)], 1))

    growers = [
        Grower("n", lambda size, rng: Case(([1.0], size))),
        Grower("names", names),
        Grower("more", lambda size, rng: Case(([2.0], size))),
    ]
    with Sandbox(Environment(sys.executable), hash_seed=1) as other:
        ladders = climb_all([sandbox, other], program, growers, seed=1, top_seconds=2e-3)
    assert sorted(ladder.grower.knob for ladder in ladders) == ["more", "n", "names"]
    assert ladders[0].grower.knob == "names"


def test_a_cancelled_climb_leaves_no_other_going(sandbox: Sandbox) -> None:
    """What ends one ends all: the others try no further size."""
    made: list[int] = []

    def cancel(size: int, rng: random.Random) -> Case:
        while not made:
            time.sleep(0.01)
        raise KeyboardInterrupt

    def note(size: int, rng: random.Random) -> Case:
        made.append(size)
        return Case(([rng.random() for _ in range(size)],))

    growers = [Grower("stop", cancel), Grower("names", note)]
    with Sandbox(Environment(sys.executable), hash_seed=1) as other, pytest.raises(KeyboardInterrupt):
        climb_all([sandbox, other], PROGRAM, growers, seed=1)
    before = len(made)
    time.sleep(0.2)
    assert len(made) == before
    assert max(made) < 4096
