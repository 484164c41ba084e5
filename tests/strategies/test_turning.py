"""Bisecting where a comparison turns ends at the number that trying one after the other ends at."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

RANGES = ("range(300)", "range(b, 400)", "range(300, 0, -1)", "range(250, b, -1)", "range(b)")
TESTS = ("n * a > b", "a >= n * b + a", "b - n * a <= n", "a * (n + 2) < b", "n > a", "2 * n - a > b")
GROWING = ("n * n > a", "n * (n + 1) // 2 >= a + b", "a * b < n**3", "n // 3 + n > a")
WHILES = ("n * n <= a", "n * a < b", "b > n + a", "n * (n + 1) // 2 < a", "n**3 + 1 < a - b")
NUMBERS = (-1000, -7, -1, 0, 1, 2, 40, 299, 300, 12345, 5.5, True)


def _both(code: str) -> tuple[dict, dict]:
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="bisect-range")
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    return old, new


def _answer(scope: dict, a: object, b: object) -> object:
    try:
        return repr(scope["f"](a, b))
    except (TypeError, UnboundLocalError) as error:
        return type(error)


@pytest.mark.parametrize("test", [*TESTS, *GROWING])
def test_a_loop_over_a_range_ends_at_the_same_number(test: str) -> None:
    """Up and down, from either sign, past floats and empty ranges: variable, branch and else are the same."""
    tried = 0
    for numbers in RANGES:
        code = (
            f"def f(a, b):\n    end = 0\n    for n in {numbers}:\n        if {test}:\n            end = 1\n"
            "            break\n    else:\n        end = 2\n    return n, end\n"
        )
        if propose(SourceFile.from_text(code), "f", strategy="bisect-range"):
            tried += 1
            old, new = _both(code)
            for a, b in itertools.product(NUMBERS, NUMBERS):
                assert _answer(new, a, b) == _answer(old, a, b), (numbers, a, b)
    assert tried >= 1


@pytest.mark.parametrize("test", WHILES)
def test_counting_up_ends_at_the_same_number(test: str) -> None:
    """Steps that double and then halve end where steps of one do."""
    old, new = _both(f"def f(a, b):\n    n = 0\n    while {test}:\n        n += 1\n    return n\n")
    for a, b in itertools.product(NUMBERS, NUMBERS):
        # With a step of no size the loop would never end, before or after.
        if not (test == "n * a < b" and a <= 0):
            assert _answer(new, a, b) == _answer(old, a, b), (a, b)


def test_a_range_that_is_too_long_to_be_measured_is_bisected() -> None:
    """Its length does not fit into what `len` may return."""
    code = "def f(a, b):\n    for n in range(10**30):\n        if n * n > a:\n            return n\n"
    old, new = _both(code.replace("30", "4"))
    assert old["f"](10**6, 0) == new["f"](10**6, 0) == 1001
    assert _both(code)[1]["f"](10**40, 0) == 10**20 + 1
