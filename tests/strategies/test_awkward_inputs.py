"""Rewrites behave like the original on awkward inputs: NaN, -0.0, True beside 1, strings, iterators, negatives."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

NAN = float("nan")

# (function, argument tuples); every strategy that proposes something is tried on all of them.
CASES: list[tuple[str, list[tuple[Any, ...]]]] = [
    (
        """def f(xs: list[int], ys: list[int]):
    out = []
    for x in xs:
        if x in ys:
            out.append(x)
    return out
""",
        [([1, 2, True, 1.0], [1]), ([NAN], [NAN]), ([], [])],
    ),
    (
        """def f(xs):
    return [x for x in set(xs) if xs.count(x) > 1]
""",
        [([1, 2, True, 1.0, NAN, NAN],), ("abca",), ((-0.0, 0, 0.0),), (b"aba",), (range(3),), ([],)],
    ),
    (
        """def f(xs: list[int]):
    return [sorted(xs, reverse=True).index(x) + 1 for x in xs], {x for x in xs if x in sorted(xs)}
""",
        [([3, 1, True, 2.0],), ([NAN, 1],), ([],), ([1, "a"],), ("ba",)],
    ),
    (
        """def f(xs):
    found = []
    for i, x in enumerate(xs):
        if x in xs[:i]:
            found.append(x)
    return found
""",
        [([1, True, NAN, NAN, 2, 1.0],), ("abca",), ((-0.0, 0),), (b"aba",), (range(3),), ([],)],
    ),
    (
        """def f(xs: list[int], goal: int):
    for i in range(len(xs)):
        if goal - xs[i] in xs[:i]:
            return i
    return None
""",
        [([1, 2, True, 4], 5), ([1.5, 2.5], 4), ([], 0)],
    ),
    (
        """def f(xs):
    return [x for i, x in enumerate(xs) if x not in xs[:i]], sorted(set(xs), key=xs.index)
""",
        [([3, 1, True, 1.0, -0.0, 0, 3],), ("hello",), (("b", "a"),), ([],)],
    ),
    (
        """def f(xs, ys):
    r = set()
    for x in xs:
        for y in ys:
            if x == y:
                r.add(x)
    return r
""",
        [([1, 2, True], [1.0]), ([NAN, 1], [NAN, 1]), ("ab", "b"), ([], [])],
    ),
    (
        """def f(xs):
    best = None
    n = 0
    for x in xs:
        if best is None:
            best = x
        best = max(x, best)
        n = min(n, x)
    return best, n
""",
        [([1, True, 1.0],), ([NAN, 1.0],), ([1.0, NAN, 2],), ([0.0, -0.0],), ([-0.0, 0.0],)],
    ),
    (
        """def f(s):
    n = 0
    for c in s:
        if c in 'abc':
            n += 1
    t = ''.join(c.upper() for c in s)
    return n, t
""",
        [("abcabcß",), (["a", "bc", "b"],), ("",), (["ab"],), (("a",),)],
    ),
    (
        """def f(s, t):
    return ''.join([c for c in s if c not in t])
""",
        [("abc", "b"), ("abc", ["b"]), (["ab", "c"], "ab"), ("abc", {"a": 1}), ("a\\ud800", "a")],
    ),
    (
        """def f(n):
    if n < 2:
        return False
    for k in range(2, n - 1):
        if n % k == 0:
            return False
    return True
""",
        [(k,) for k in [*range(-5, 50), True, 97 * 97, 2.5]],
    ),
    (
        """def f(n):
    out = []
    for k in range(2, n):
        if n % k == 0 and k % 2 == 0:
            out.append(k)
    t = 0
    for k in range(1, n + 1):
        if n % k == 0:
            t += k
    return out, t
""",
        [(k,) for k in [*range(-5, 50), 360, True]],
    ),
    (
        """def f(n):
    for i in reversed(range(n)):
        if n % i == 0:
            return i
""",
        [(k,) for k in [*range(-5, 50), 360, True]],
    ),
    (
        """def f(n):
    if n < 2:
        return n
    return f(n - 1) + f(n - 2)
""",
        [(k,) for k in [*range(-3, 15), True, 1.0, 2.5, 0.5]],
    ),
    (
        """def f(xs):
    s = sorted(xs)
    return None if len(s) < 2 else s[1]
""",
        [([3, 1, 2],), ([1],), ([],), ([1, 1.0, True],), ("ba",)],
    ),
    (
        """def f(a, b):
    c = 0
    for i in range(len(a) - len(b) + 1):
        if a[i:i + len(b)] == b:
            c += 1
    return c
""",
        [("aaaa", "aa"), ("a", ""), ("", "a"), ([1, 1, 1], [1, 1])],
    ),
    (
        """def f(xs):
    a = 0
    for i in range(len(xs)):
        for j in range(len(xs)):
            if xs[i] < xs[j]:
                a += len(xs) * xs[i]
    return a
""",
        [([3, 1, 2],), ([],), ([NAN, 1.0],)],
    ),
    (
        """def f(xs, k):
    r = []
    while xs:
        r.append(xs.pop(0))
        if len(r) > k:
            break
    q = list(xs)
    while q:
        x = q.pop(0)
        r.append(x)
    return r
""",
        [([3, 1, 2], 1), ([], 0)],
    ),
    (
        """def f(xs):
    seen = []
    d = {}
    for x in xs:
        if x not in seen:
            seen.append(x)
        if x in d:
            d[x] += 1
        else:
            d[x] = 1
    return seen, d
""",
        [([3, 1, 3, 1.0, True],), ([NAN, NAN],), ({"a": 3},), ("aab",)],
    ),
    (
        """def f(words):
    d = {}
    for w in words:
        d[w] = d.get(w, 0) + 1
    return d
""",
        [({"a": 5},), ("aab",), ([1, True, 1.0],)],
    ),
    (
        """def f(q):
    for i in range(len(q) // 2):
        if q[i] != q[len(q) - 1 - i]:
            return False
    return True
""",
        [([1, 2, 1],), ("abba",), ([NAN, NAN],), ((1,),), ([],), (range(3),)],
    ),
    (
        """def f(xs: list[int], n: int = 0):
    if not n:
        n = len(xs)
    total = 0
    for i in range(n):
        for j in range(i + 1, n):
            total += abs(xs[i] - xs[j])
    return total
""",
        [([1, 2, 30],), ([1, 2, 30], 2), ([1], 3), ([], -1)],
    ),
    (
        """def f(xs: list[int]):
    n = len(xs)
    xs = xs[2:]
    return [sum(xs[: i + 1]) for i in range(n)]
""",
        [([1, 2, 30, 4],), ([],)],
    ),
    (
        """def f(need: str, stock: dict[str, int]):
    left = list(stock)
    for one in need:
        if one in left:
            left.remove(one)
        else:
            return False
    return True
""",
        [("ab", {"a": 0, "b": 3}), ("aab", {"a": 2, "b": 3})],
    ),
    (
        """def f(tokens):
    found = []
    for i in range(len(tokens)):
        found.append(tokens[:i].count("("))
    return found
""",
        [(["(", 1, None, "("],), ("((ab(",), ([],), (["((", "("],)],
    ),
    (
        """import numpy as np
def f(a: np.ndarray, h=None, w=None):
    if h is None:
        h, w = a.shape
    count = 0
    for i in range(h):
        for j in range(w):
            if a[i, j] > 1:
                count += 1
    return count
""",
        [(np.arange(6.0).reshape(2, 3),), (np.arange(6.0).reshape(2, 3), 1, 2)],
    ),
    (
        """import numpy as np
def f(b: np.ndarray, n: int):
    out = np.zeros((n, n))
    for i in range(n):
        out[i] = b[i] * 2
    return out
""",
        [(np.arange(3.0), 3), (np.arange(9.0).reshape(3, 3), 3)],
    ),
    (
        """import numpy as np
def f(n: int):
    out = np.zeros(n)
    n -= 1
    for i in range(n):
        out[i] = 5
    return out
""",
        [(3,), (1,)],
    ),
    (
        """def f(xs: list[int]):
    table = [0] * len(xs)
    xs.append(4)
    for i in range(1, len(xs)):
        table[i] = table[i - 1] + xs[i]
    return table
""",
        [([1, 2, 3],), ([],)],
    ),
    (
        """def f(base: int, n: int):
    total = 0
    for e in range(n):
        e -= 5
        total += base**e % 1000007
    return total
""",
        [(3, 7), (1, 2)],
    ),
]


def observed(code: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
    """What a call returns or raises, and its arguments afterwards."""
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    values = copy.deepcopy(arguments)
    try:
        result = namespace["f"](*values)
        shown = f"{type(result).__name__} {result!r}"
    except RecursionError:
        shown = "RecursionError"
    except Exception as error:
        shown = f"{type(error).__name__}: {error}"
    return shown, repr(values)


@pytest.mark.parametrize(("code", "inputs"), CASES, ids=range(len(CASES)))
def test_every_candidate_behaves_like_the_original(code: str, inputs: list[tuple[Any, ...]]) -> None:
    """No strategy proposes a rewrite that any of the inputs tells apart."""
    candidates = propose(SourceFile.from_text(code), "f")
    assert candidates
    for candidate in candidates:
        for arguments in inputs:
            assert observed(candidate.new_source, arguments) == observed(code, arguments), candidate.strategy
