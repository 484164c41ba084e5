"""Inputs go deep where a function calls itself, so that a rewrite cannot halve the depth unseen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from textwrap import dedent

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.verify.inputs import synthesise
from velox_engine.verify.sandbox import Case, Environment, Program, Sandbox, call_all


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests here."""
    with Sandbox(Environment(sys.executable)) as made:
        yield made


def core_of(sandbox: Sandbox, code: str, qualname: str) -> tuple[Case, ...]:
    """The core inputs that are found for a function."""
    program = Program(code, "", "under_test", "", qualname)
    return synthesise(SourceFile.from_text(code), qualname, sandbox, program, seconds=1.0).core


CHANGE = dedent("""
    def change(coins: list[int], amount: int) -> int:
        if amount == 0:
            return 0
        best = 10**9
        for coin in coins:
            if coin <= amount:
                best = min(best, 1 + change(coins, amount - coin))
        return best
""")


def test_a_branching_recursion_is_followed_straight_down(sandbox: Sandbox) -> None:
    """One coin of one makes it 700 deep in a moment, though two coins would take for ever."""
    found = core_of(sandbox, CHANGE, "change")
    assert Case(([1], 700)) in found


def test_a_cache_that_halves_the_depth_is_seen(sandbox: Sandbox) -> None:
    """Before Python 3.13 a decorator in C takes a frame of its own at each level, and the call fails."""
    new = CHANGE.replace("def change", "from functools import lru_cache\n@lru_cache\ndef change", 1)
    new = new.replace("coins: list[int]", "coins: tuple[int, ...]")
    program = Program(new, "", "under_test", "", "change")
    outcome = call_all(sandbox, program, [Case(((1,), 700))])[0]
    assert outcome.kind == ("raised" if sys.version_info < (3, 13) else "returned")


def test_functions_that_do_not_call_themselves_are_not_stretched(sandbox: Sandbox) -> None:
    """The search for depth costs nothing elsewhere."""
    code = "def scale(amount: int) -> int:\n    return amount * 3\n"
    assert Case((700,)) not in core_of(sandbox, code, "scale")
