"""The climb to sizes that hurt, on a machine that has better things to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from velox_engine.verify.inputs import Grower
from velox_engine.verify.sandbox import Case, Environment, LoadFailure, Program, Run, Sandbox
from velox_engine.verify.scaling import climb

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
    assert ladder.sizes[-1] < 1 << 38  # of the 1 << 40 that it would go to
