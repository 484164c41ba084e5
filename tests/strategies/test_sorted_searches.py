"""A search through a sorted list that starts by bisection finds what the whole walk found."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

BODIES = {
    "elements": """
    a = sorted(a)
    out = []
    for t in b:
        for x in a:
            if x > t:
                out.append(x)
                break
        else:
            out.append(None)
    return out
""",
    "places": """
    a.sort()
    out = []
    for t in b:
        for i, x in enumerate(a):
            if t + 1 <= x:
                out.append((i, x))
                break
    return out
""",
    "by place": """
    a = sorted(a)
    n = 0
    for t in b:
        for i in range(len(a)):
            # the first one past it
            if a[i] >= t:
                n += i
                break
    return n, a
""",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bisection_finds_the_same(body: str) -> None:
    """Ties, empty lists, floats, texts, NaN in the list or looked for, and what cannot be compared with the list's."""
    code = f"def f(a, b):{body}"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="bisect-sorted")
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    nan = float("nan")
    lists: list[list] = [[], [3, 1, 2, 2, 5], [0.5, -0.0, 0.0, 2.5], [2.0, nan, 1.0, 3.0, nan, 0.0], [nan]]
    lists += [["b", "a", "b"], [True, 2, False], [1, 2.5, 1], [(2, 1), (1, 5)], [2**70, -1]]
    for a, b in itertools.product(lists, repeat=2):
        results = []
        for function in (old["f"], new["f"]):
            try:
                results.append(repr(function(list(a), list(b))))
            except TypeError:
                results.append("TypeError")
        assert results[0] == results[1], (a, b)
