"""Sums of parts of lists and grids from running totals are those that the loops add up."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

BODIES = {
    "windows": """
    best = None
    for i in range(len(a) - k + 1):
        total = 0
        for j in range(k):
            total += a[i + j]
        if best is None or total > best:
            best = total
    return best
""",
    "queries": """
    out = []
    for low, high in ((0, k), (k, 3), (-1, k), (2, 1), (-3, -1)):
        total = 0
        for j in range(low, high + 1):
            total = total + a[j]
        out.append(total)
    return out
""",
    "all parts": """
    count = 0
    for i in range(len(a)):
        for j in range(i, len(a)):
            if sum(a[x] for x in range(i, j + 1)) == k:
                count += 1
    return count
""",
    "slices": """
    least = 10
    for i in range(len(a)):
        for j in range(i + 1, len(a) + 2):
            least = min(least, sum(a[i:j]))
    return least
""",
    "squares": """
    best = 0
    for r in range(len(a) - k + 1):
        for c in range(len(a[0]) - k + 1):
            best = max(best, sum([a[i][j] for i in range(r, r + k) for j in range(c, c + k)]))
    return best
""",
    "turned": """
    out = []
    for c in range(3):
        total = 5
        for j in range(c + 1):
            for i in range(k):
                total += a[1 + i][j]
        out.append(total)
    return out
""",
}


def _outcome(function, arguments: tuple) -> str:  # type: ignore[no-untyped-def, type-arg]
    try:
        return repr(function(*arguments))
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_totals_give_what_the_loops_added(body: str) -> None:
    """Parts outside of the list or grid, ragged grids, floats, bools, tuples and what cannot be added."""
    code = f"def f(a, k):{body}"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="summed-region")
    assert propose(SourceFile.from_text(candidate.new_source), "f", strategy="summed-region") == []
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    lists: list[object] = [
        [],
        [3, -1, 4, 1, -5] * 3,
        [0.1, 0.2, 0.3, 0.1],
        [True, False, True],
        (1, 2, 3),
        ["a"],
        7,
    ]
    grids: list[object] = [
        [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
        [[1, 2, 3], [4]],
        [[0.1, 0.2, 0.7]] * 3,
        [[]],
        None,
    ]
    grids += [[(1, 2, 3)] * 3, [["x", "y"]] * 2, [[2**70, 1, 2]] * 4, {0: [1, 2, 3]}, [[1], None]]
    for a, k in itertools.product([*lists, *grids], (0, 1, 2, 3, 9, -1, 1.0, None)):
        assert _outcome(old["f"], (a, k)) == _outcome(new["f"], (a, k)), (a, k)
