"""The closest pair found in sorted order is the one that the loops keep, of equally close ones the first."""

from __future__ import annotations

import itertools
import random

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

UPDATE = "{pad}best = {d}\n{pad}pair = ({a}, {b})\n{pad}where = {a} * 2\n"
FORMS = {
    "enumerated": (
        "    for i, a in enumerate(xs):\n        for j, b in enumerate(xs):\n            if i != j:\n"
        "                if best is None:\n" + UPDATE.format(pad=" " * 20, d="abs(a - b)", a="a", b="b")
        + "                else:\n                    new = abs(b - a)\n                    if new < best:\n"
        + UPDATE.format(pad=" " * 24, d="new", a="a", b="b")
    ),
    "by index": (
        "    for i in range(len(xs)):\n        for j in range(i + 1, len(xs)):\n"
        "            gap = abs(xs[i] - xs[j])\n            if best is None or gap < best:\n"
        + UPDATE.format(pad=" " * 16, d="gap", a="i", b="j")
    ),
    "by slice": (
        "    best = 3.5\n    for i, a in enumerate(xs):\n        for b in xs[i + 1:]:\n"
        "            if best > abs(b - a):\n" + UPDATE.format(pad=" " * 16, d="abs(b - a)", a="a", b="b")
    ),
}  # fmt: skip


def _values() -> list[list[object]]:
    chance = random.Random(3)
    found: list[list[object]] = [
        list(one) for size in range(4) for one in itertools.product((0, 1, 3), repeat=size)
    ]
    for _ in range(150):
        size = chance.randrange(2, 12)
        found.append(
            [
                chance.choice((0.1, 0.2, 0.3, -0.0, 0.0, 7.7, 1e308, -1e308, 0.30000000000000004))
                for _ in range(size)
            ]
        )
        found.append([chance.randrange(-50, 50) for _ in range(size)])
    nan, infinite = float("nan"), float("inf")
    return [*found, [nan, 1.0, 1.5], [infinite, infinite, 2.0], [1, 2.5, True], [10**400, 10**400 + 3, 5]]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_the_pair_is_the_first_of_the_closest(form: str) -> None:
    """Rounded distances that are equal, zeros of both signs, NaN, infinities and ints past any float included."""
    code = f"def f(xs):\n    best = pair = where = None\n{form}    return best, pair, where\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="closest-pair")
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    for xs in _values():
        assert repr(old["f"](list(xs))) == repr(new["f"](list(xs))), xs
