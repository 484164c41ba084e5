"""A result that is carried over is the one computed from the start, for ranges of every shape."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

STEPS = ("x += xs[j]", "x = x * 2 + j", "x += j * 0.1", "x *= j + 1", "x -= xs[j] / 3")


def _code(outer: str, inner: str, step: str, *, guard: str) -> str:
    return f"""
def f(xs, n, m):
    found = []
    for i in range({outer}):
        {guard}
            x = 1
            for j in range({inner}):
                {step}
            found.append(x)
            x = None
    return found
"""


@pytest.mark.parametrize("step", STEPS)
def test_the_results_are_the_same_to_the_last_bit(step: str) -> None:
    """Whether turns are left out, start before the numbers do or come in steps."""
    outers, inners = ("n", "2, n", "m, n", "0, n, 3"), ("i", "i + 1", "1, i + 2", "m, i + 1", "i - 1")
    for outer, inner, guard in itertools.product(outers, inners, ("if True:", "if i % 2:")):
        code = _code(outer, inner, step, guard=guard)
        (candidate,) = propose(SourceFile.from_text(code), "f", strategy="carry-over")
        old: dict = {}
        new: dict = {}
        exec(code, old)
        exec(candidate.new_source, new)
        for n, m in itertools.product((0, 1, 5, 12), (0, 1, 3, -2)):
            answers = []
            for scope in (old, new):
                try:
                    answers.append(repr(scope["f"]([0.1 * k for k in range(10)], n, m)))
                except IndexError as error:
                    answers.append(repr(error))
            assert answers[0] == answers[1], (outer, inner, guard, n, m)


def test_a_turn_that_leaves_the_fold_out_makes_the_next_catch_up() -> None:
    """After a `continue` the numbers left out are added on the next turn that needs them."""
    code = (
        "def f(n):\n    found = []\n    for i in range(1, n):\n        if i % 3:\n            continue\n        x = 0\n"
        "        for j in range(1, i + 1):\n            x += j\n        found.append(x)\n    return found\n"
    )
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="carry-over")
    assert "reached" in candidate.new_source
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    assert old["f"](20) == new["f"](20) == [6, 21, 45, 78, 120, 171]
