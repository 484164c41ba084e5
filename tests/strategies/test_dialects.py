"""The same slow pattern in other words: a strategy finds it however it was written, and the results stay the same."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

ROWS = ([("a", 1), ("b", 2), ("a", 3)], ["a", "c", "b"])
DIALECTS: list[tuple[str, str, str, list[tuple[Any, ...]]]] = [
    (
        "join-index",
        """
def f(pairs, names):
    out = []
    for n in names:
        hit = None
        for k, v in pairs.items():
            if v == n:
                hit = k
                break
        out.append(hit)
    return out
""",
        "pairs_by_key.get(n, ())",
        [({"x": 1, "y": 2, "z": 1}, [1, 3, 2]), ({}, [1])],
    ),
    (
        "join-index",
        """
def f(parents, wanted):
    out = []
    for w in wanted:
        for c in range(len(parents)):
            if parents[c] == w:
                out.append((w, c))
    return out
""",
        "parents_by_key.get(w, ())",
        [([0, 1, 0, 2], [0, 2, 5]), ([], [1])],
    ),
    (
        "join-index",
        """
def f(xs, ys):
    out = []
    for i, x in enumerate(xs):
        for j in range(len(ys)):
            if i != j and ys[j] == x:
                out.append((i, j))
    return out
""",
        "ys_by_key.get(x, ())",
        [([1, 2, 1], [1, 1, 2]), ([], [])],
    ),
    (
        "search-methods",
        """
def f(xs, v):
    items = list(xs)
    known = False
    for x in items:
        if x == v:
            known = True
            break
    return known
""",
        "known = v in items",
        [([1, 2], 2), ([1, 2], 3), ([], 1)],
    ),
    (
        "search-methods",
        """
def f(xs, v):
    items = list(xs)
    new = True
    for i in range(len(items)):
        if items[i] == v:
            new = False
    return new
""",
        "new = v not in items",
        [([1, 2], 2), ([1, 2], 3), ([], 1)],
    ),
    (
        "call-memo",
        """
def f(a, b, i=0, j=0):
    if i == len(a) or j == len(b):
        return 0
    if a[i] == b[j]:
        return 1 + f(a, b, i + 1, j + 1)
    return max(f(a, b, i + 1, j), f(a, b, i, j + 1))
""",
        "known[key]",
        [("abcbd", "abd"), ("", "a"), ("abc", "xbc", 1, 1)],
    ),
    (
        "call-memo",
        """
def f(nums, left, i=0):
    if left == 0:
        return True
    if i >= len(nums):
        return False
    if f(nums, left - nums[i], i + 1):
        return True
    return f(nums, left, i + 1)
""",
        "known[key]",
        [([3, 5, 7], 10), ([3, 5, 7], 11), ([], 0), ([], 1)],
    ),
    (
        "grow-in-place",
        """
def f(xs):
    out = []
    for x in xs:
        if isinstance(x, list):
            out = out + f(x)
        else:
            out = out + [x]
    return out
""",
        "out.extend(f(x))",
        [([1, [2, [3], 4], 5],), ([],), ([[]],)],
    ),
    (
        "front-insert",
        """
def f(xs):
    odd, even = [], []
    for x in xs:
        if x % 2:
            odd.insert(0, x)
        else:
            even.insert(0, x)
    return odd, even
""",
        "odd.append(x)",
        [([1, 2, 3, 4, 5],), ([],)],
    ),
    (
        "ordered-dedupe",
        """
def f(x, m):
    seen = []
    while x not in seen:
        seen.append(x)
        x = (3 * x + 1) % m
    return len(seen) - seen.index(x)
""",
        "while x not in known",
        [(1, 10), (0, 7)],
    ),
    (
        "multiset-removal",
        """
def f(a, b):
    left = b[:]
    n = 0
    for x in a:
        try:
            left.remove(x)
        except ValueError:
            continue
        n += 1
    return n
""",
        "left[x] -= 1",
        [([1, 1, 2, 4], [1, 2, 2, 3]), ([], [1]), ([1], [])],
    ),
    (
        "multiset-removal",
        """
def f(a, b):
    b = list(b)
    for x in a:
        if x not in b:
            return False
        b.remove(x)
    return not b
""",
        "if b[x] == 0:",
        [([1, 2, 1], [1, 1, 2]), ([1], [1, 1]), ([1, 1], [1]), ([], [])],
    ),
    (
        "prefix-sums",
        """
def f(s):
    best = 0
    for i in range(len(s) + 1):
        best = max(best, s[:i].count("(") - s[i:].count(")"))
    return best
""",
        "counts[i]",
        [("(()(",), ("",), ("))",)],
    ),
    (
        "prefix-sums",
        """
def f(xs: list[int]):
    out = []
    for i in range(1, len(xs) + 1):
        out.append(sum(xs[:i]))
    return out
""",
        "totals[i]",
        [([3, 1, 2],), ([],)],
    ),
    (
        "carry-forward",
        """
def f(xs):
    out = []
    for i in range(len(xs)):
        best = xs[0]
        for j in range(0, i + 1):
            if xs[j] > best:
                best = xs[j]
        out.append(best)
    return out
""",
        "range(reached, i + 1)",
        [([3, 1, 4],), ([],), (["b", "a"],)],
    ),
    (
        "carry-forward",
        """
def f(xs):
    out = []
    for i in range(2, 9):
        ups = 0
        low = 0
        for x in xs[: i - 1]:
            if x > low:
                ups += 1
            low = min(low, x)
        out.append((ups, low))
    return out
""",
        "xs[reached:i - 1]",
        [([3, -1, 4, -5],), ([],)],
    ),
    (
        "counted-while",
        """
def f(xs):
    i = 0
    out = []
    while i < len(xs):
        if xs[i] > 1:
            out.append(xs[i])
        i += 1
    return out
""",
        "for i in range(0, len(xs)):",
        [([1, 2, 3],), ([],)],
    ),
    (
        "direct-iteration",
        """
def f(xs):
    n = len(xs)
    total = 0
    for i in range(n):
        x = xs[i]
        x = x * x
        total += x
    return total
""",
        "for x in xs:",
        [([1, 2],), ([],)],
    ),
    (
        "ordered-dedupe",
        """
def f(xs):
    i = 0
    out = []
    while i < len(xs):
        if xs[i] not in out:
            out.append(xs[i])
        i += 1
    return out
""",
        "dict.fromkeys(xs)",
        [([2, 1, 2],), ([],)],
    ),
    (
        "pair-counting",
        """
def f(xs):
    n = len(xs)
    i = 0
    count = 0
    while i < n:
        j = i + 1
        while j < n:
            if xs[i] == xs[j]:
                count += 1
            j += 1
        i += 1
    return count
""",
        "count += seen[number]",
        [([1, 2, 1, 1],), ([],), ([1.0, 1],)],
    ),
    (
        "summed-region",
        """
def f(xs: list[int], days: list[int]):
    out = []
    for d in days:
        b = 0
        for k in range(min(d, len(xs))):
            b += xs[k]
        out.append(b)
    return out
""",
        "b += totals[min(d, len(xs))]",
        [([1, 2, 3], [0, 2, 9, -1]), ([], [1])],
    ),
    (
        "contains-not-count",
        """
def f(old, new):
    added = []
    for x in new:
        if old.count(x) == 0:
            added.append(x)
    return added
""",
        "x not in old",
        [([1, 2], [2, 3]), ("ab", "bc"), ([], [])],
    ),
    (
        "growing-index",
        """
def f(words):
    groups = []
    for w in words:
        placed = False
        for g in groups:
            if sorted(g[0]) == sorted(w):
                g.append(w)
                placed = True
                break
        if not placed:
            groups.append([w])
    return groups
""",
        "tuple(sorted(groups[-1][0]))",
        [(["ab", "ba", "c", "ab"],), ([],)],
    ),
    (
        "growing-index",
        """
def f(rows):
    merged = []
    for row in rows:
        for known in merged:
            if known['id'] == row['id']:
                known['count'] += row['count']
                known['all'].append(row['count'])
                break
        else:
            merged.append({'id': row['id'], 'count': row['count'], 'all': [row['count']]})
    merged.sort(key=lambda one: one['count'])
    return merged
""",
        "merged_by_key.get(row['id'], ())",
        [
            ([{"id": 1, "count": 2}, {"id": 2, "count": 1}, {"id": 1, "count": 5}],),
            ([],),
            ([{"id": float("nan"), "count": 2}, {"id": 1.0, "count": 1}, {"id": 1, "count": 5}],),
        ],
    ),
]


def _run(code: str, given: tuple[Any, ...]) -> object:
    scope: dict[str, Any] = {}
    exec(code, scope)
    try:
        return scope["f"](*copy.deepcopy(given))
    except Exception as error:
        return repr(error)


@pytest.mark.parametrize(("strategy", "code", "expected", "inputs"), DIALECTS)
def test_the_pattern_is_found_in_other_words(
    strategy: str, code: str, expected: str, inputs: list[tuple[Any, ...]]
) -> None:
    """Each dialect gets the rewrite, which gives what the original gives."""
    candidate = propose(SourceFile.from_text(code), "f", strategy=strategy)[0]
    assert expected in candidate.new_source
    for given in inputs:
        assert _run(candidate.new_source, given) == _run(code, given)
