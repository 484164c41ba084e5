"""Counts over stretches are those of the inner loop, wherever the bounds lie."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

STEPS = (
    "if xs[at] == 2:\n                total += 1",
    "if 'a' == xs[at]:\n                total = total + 1",
    "if xs[at] == wanted:\n                total += 1",
)
BOUNDS = ("low, high", "low - 1, high + 1", "high", "0, min(high, len(xs))", "low, low + 2")
LISTS = ([], [2], [3, 1, 2, 2], [0.1, 0.2, 0.3, 0.4], ["a", "b", "a"], "abca", (2, 2, 1), [True, 2, 1])


@pytest.mark.parametrize("step", STEPS)
def test_stretches_are_those_of_the_loop(step: str) -> None:
    """Bounds outside of the list, crossed ones and other types take the loop, with its results and its errors."""
    for bounds, start in itertools.product(BOUNDS, (0, 5)):
        code = (
            f"def f(xs, queries, wanted=0.2):\n    found = []\n    for low, high in queries:\n        total = {start}\n"
            f"        for at in range({bounds}):\n            {step}\n        found.append(total)\n    return found\n"
        )
        (candidate,) = propose(SourceFile.from_text(code), "f", strategy="stretch-counts")
        old: dict = {}
        new: dict = {}
        exec(code, old)
        exec(candidate.new_source, new)
        for xs in LISTS:
            for query in itertools.product((-2, 0, 1, 3, 4, 9, 1.0), repeat=2):
                answers = []
                for scope in (old, new):
                    try:
                        answers.append(repr(scope["f"](xs, [query, (0, 1)])))
                    except (IndexError, TypeError) as error:
                        answers.append(repr(error))
                assert answers[0] == answers[1], (code, xs, query)
