"""Totals over all pairs are the same as by two loops, for every term, order of visiting and modulus."""

from __future__ import annotations

import itertools
import re

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

TERMS = (
    "a * b", "a + b", "abs(a - b)", "max(a, b)", "min(b, a)", "(a - b) ** 2", "(b - a) * (b - a)", "b - a", "a - b",
    "max(a, b) - min(a, b)",
)  # fmt: skip
LOOPS = (
    ("for i in range(n)", "for j in range(i + 1, n)"),
    ("for i in range(len(xs) - 1)", "for j in range(i + 1, len(xs))"),
    ("for i in range(n)", "for j in range(i)"),
    ("for i in range(1, len(xs))", "for j in range(0, i)"),
)
LISTS = ([], [5], [2, -7], [3, 1, 4, 1, 5, -9, 2, 6], [0, 0, 0], [1.5, 2, 0.25])


@pytest.mark.parametrize("term", TERMS)
def test_totals_are_those_of_the_loops(term: str) -> None:
    """With and without a modulus, however the pairs are visited; lists of floats keep the loops."""
    written = re.sub(r"\bb\b", "xs[j]", re.sub(r"\ba\b", "xs[i]", term))
    reductions = ("", "total %= 7", "total = total % m")
    for (outer, inner), modulus in itertools.product(LOOPS, reductions):
        code = f"def f(xs, n, m):\n    total = 3\n    {outer}:\n        {inner}:\n            total += {written}\n"
        code += f"            {modulus}\n" if modulus else ""
        code += "    return total\n"
        (candidate,) = propose(SourceFile.from_text(code), "f", strategy="pair-totals")
        old: dict = {}
        new: dict = {}
        exec(code, old)
        exec(candidate.new_source, new)
        assert "number" in candidate.new_source
        for xs, m in itertools.product(LISTS, (11, -5)):
            assert repr(new["f"](xs, len(xs), m)) == repr(old["f"](xs, len(xs), m)), (code, xs, m)


def test_pairs_counted_from_behind_are_counted_alike() -> None:
    """Each element with those before it: counts and extremes follow which of the two comes later."""
    for strategy, body, start in (
        ("pair-counting", "if xs[j] - xs[i] == 2:\n                found += 1", 0),
        ("pair-counting", "if xs[j] == xs[i]:\n                found += 1", 0),
        ("pair-extremes", "found = max(found, xs[i] - xs[j])", 0),
        ("pair-extremes", "if xs[j] - xs[i] > found:\n                found = xs[j] - xs[i]", 0),
    ):
        code = (
            f"def f(xs):\n    found = {start}\n    for i in range(len(xs)):\n        for j in range(i):\n"
            f"            {body}\n    return found\n"
        )
        (candidate,) = propose(SourceFile.from_text(code), "f", strategy=strategy)
        old: dict = {}
        new: dict = {}
        exec(code, old)
        exec(candidate.new_source, new)
        for xs in LISTS:
            assert repr(new["f"](xs)) == repr(old["f"](xs)), (body, xs)


@pytest.mark.parametrize("term", [one for one in TERMS if one not in ("b - a", "a - b")])
def test_pairs_visited_both_ways_count_twice(term: str) -> None:
    """All ordered pairs of different positions: each unordered one is met twice, equal elements included."""
    written = re.sub(r"\bb\b", "xs[j]", re.sub(r"\ba\b", "xs[i]", term))
    code = (
        "def f(xs):\n    total = 0\n    for i in range(len(xs)):\n        for j in range(len(xs)):\n"
        f"            if i != j:\n                total += {written}\n    return total\n"
    )
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="pair-totals")
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    for xs in LISTS:
        assert repr(new["f"](xs)) == repr(old["f"](xs)), xs
