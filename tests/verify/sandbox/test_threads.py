"""Several threads start runs of one sandbox: each gets its own process and its own answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from velox_engine.verify.sandbox import Case, Environment, Outcome, Program, Sandbox
from velox_engine.verify.side_by_side import in_pairs


def power_of(exponent: int) -> Program:
    return Program(f"def power(n):\n    return n ** {exponent}\n", "/shop/p.py", "p", "", "power")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(Environment(sys.executable)) as opened:
        yield opened


def test_runs_of_two_threads_do_not_mix(sandbox: Sandbox) -> None:
    """The zygote serves both, one order after the other, and the time of all runs is counted."""

    def answers(exponent: int) -> list[Outcome]:
        with sandbox.start(power_of(exponent)) as run:
            return run.call([Case((number,)) for number in range(4)])

    for exponent, found in enumerate(in_pairs(answers, range(12))):
        assert [outcome.text() for outcome in found] == [
            f"returned {number**exponent}" for number in range(4)
        ]
    assert sandbox.processor_seconds() > 0
    assert not sandbox._runs


def test_a_zygote_that_ends_takes_no_order_with_it(sandbox: Sandbox) -> None:
    """Runs under way end with it, as crashed; whoever starts one then gets it from a new zygote."""
    with sandbox.start(power_of(1)) as run:
        assert sandbox._zygote is not None
        sandbox._zygote.process.kill()
        sandbox._zygote.process.wait()
        with sandbox.start(power_of(2)) as other:
            assert other.call([Case((3,))])[0].text() == "returned 9"
        assert run.call([Case((3,))])[0].kind == "crashed"
