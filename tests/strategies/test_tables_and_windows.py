"""Rows looked up once, totals of ranges, windows and loops made one give what the code before gave."""

from __future__ import annotations

import copy
import random

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

TABLE = "def f(xs: list[int], k: int):\n    n = len(xs)\n    t = [[0] * (n + 1) for _ in range(n + 1)]\n"
MANY = "def f(xs: list[int], queries: list[tuple[int, int]]):\n"
MERGE = (
    "def f(xs: list[int], k: int):\n    out = []\n{split}    while a and b:\n        if a[0] <= b[0]:\n"
    "            out.append(a.pop(0))\n        else:\n            out.append(b.pop(0))\n"
)
CODES = {
    "row-reference": (
        TABLE + "    for i in range(1, n + 1):\n        for j in range(1, n + 1):\n"
        "            if xs[i - 1] == xs[-j]:\n                t[i][j] = t[i - 1][j - 1] + 1\n"
        "            else:\n                t[i][j] = max(t[i - 1][j], t[i][j - 1])\n    return t\n",
        TABLE + "    for i in range(n + 1):\n        for j in range(k):\n            t[i - 1][j % (n + 1)] += i\n"
        "        for j in range(n - 1):\n            t[i][j + 1] -= t[i][j]\n    return t\n",
        "def f(xs: list[int], k: int):\n    a = [[x] * k for x in xs]\n    b = [[0] * 3 for _ in range(k)]\n"
        "    for i in range(k - 1):\n        for j in range(len(xs)):\n            for m in range(3):\n"
        "                b[i][m] = b[i + 1][m] + xs[j] + b[j % k][m]\n    return a, b\n",
        "def f(xs: list[int], k: int):\n    g = [[x, k, 1] for x in xs]\n    h = change(g)\n    return g, h\n\n\n"
        "def change(g: list[list[int]]):\n    for i in range(len(g)):\n        for j in range(3):\n"
        "            g[i][j] += g[i - 1][j]\n    return g\n",
    ),
    "range-queries": (
        MANY + "    return [sum(xs[a:b]) for a, b in queries]\n",
        MANY + "    out = 0\n    for a, b in queries:\n        if a < b:\n            out += sum(xs[a - 1:b + 1]) * 2\n"
        "    return out\n",
        MANY + "    return [sum(xs[q[0]:q[1] + 1]) for q in queries]\n",
        "def f(xs, queries):\n    found = []\n    for a, b in queries:\n        total = sum(xs[a:b])\n"
        "        found.append((total, type(total)))\n    return found\n",
    ),
    "window-extremes": (
        "def f(xs: list[int], k: int):\n    return [max(xs[i:i + k]) for i in range(len(xs) - k + 1)]\n",
        "def f(xs, k):\n    best = None\n    n = len(xs)\n    for i in range(n - k + 1):\n"
        "        low = min(xs[i:i + k])\n"
        "        if best is None or low > best:\n            best = low\n    return best\n",
        "def f(xs, k):\n    return sum(max(xs[at:at + k]) for at in range(len(xs) - (k - 1)))\n",
    ),
    "loop-interchange": (
        "def f(xs: list[int], k: int):\n    a = [[x * y for y in xs] for x in range(len(xs))]\n"
        "    b = [[0.1 * x] * k for x in range(len(xs))]\n    c = [[0.5] * k for _ in range(len(xs))]\n"
        "    for i in range(len(xs)):\n        for j in range(k):\n            for h in range(len(xs)):\n"
        "                c[i][j] += a[i][h] * b[h][j] / 3\n    return c\n",
        "def f(xs: list[int], k: int):\n    n = len(xs)\n    c = [[k] * 3 for _ in range(n)]\n    t = [xs] * n\n"
        "    b = [[x] for x in range(n)]\n    for i in range(n):\n        for j in range(2):\n"
        "            for h in range(n):\n                c[i][j] -= t[i][h] - b[h][j] * xs[j]\n    return c\n",
    ),
    "take-by-position": (
        MERGE.format(split="    a, b = sorted(xs[:k]), sorted(xs[k:])\n") + "    return out + a + b\n",
        MERGE.format(split="    a, b = halves(xs)\n") + "    return out, a, b\n\n\n"
        "def halves(xs):\n    return (xs, xs) if len(xs) % 2 else (xs[:2], tuple(xs))\n",
        MERGE.format(split="    a = xs\n    b = xs\n") + "    return out, a, b\n",
        MERGE.format(split="    a, b = xs, xs[k:]\n")
        + "    while a:\n        out.append(a.pop(0))\n    return out, b\n",
        "def f(xs: list[int], k: int):\n    out = 0\n    while len(xs) > 0 and out < 9:\n        x = xs.pop(0)\n"
        "        if x == k:\n            break\n        out += 10 // x\n    return out\n",
        "def f(xs: list[int], k: int):\n    while xs:\n        if xs[0] == k:\n            return k\n"
        "        elif xs[0] < 0:\n            xs.pop(0)\n            continue\n"
        "        k = xs.pop(0) - 1\n    return None\n",
    ),
    "loop-fusion": (
        "def f(xs: list[int], k: int):\n    n = 0\n    for x in xs:\n        n += x\n    out = []\n"
        "    for x in xs:\n        out.append(x * 2)\n    return n, out, x\n",
        "def f(xs: list[int], k: int):\n    a = b = 0\n    for i in range(k):\n        a += xs[i] // xs[-i]\n"
        "    for i in range(k):\n        b -= i\n    return a, b\n",
        "def f(xs: list[int], k: int):\n    seen, last = [], k\n    for x in xs:\n        seen.append(x)\n"
        "    for x in xs:\n        last = x\n    return seen, last\n",
    ),
}  # fmt: skip


def _arguments(code: str) -> list[tuple]:
    chance = random.Random(8)
    found: list[tuple] = []
    for _ in range(120):
        xs = [chance.randrange(-4, 5) for _ in range(chance.randrange(7))]
        if "queries" in code:
            pairs = [(chance.randrange(-4, 9), chance.randrange(-4, 9)) for _ in range(chance.randrange(5))]
            found.append((xs, pairs))
        else:
            found.append((xs, chance.randrange(-1, 6)))
    if "xs: " in code:
        return found
    other = [[0.1, 0.2, 0.3], [True, 1, 1.0, 0], [0.0, -0.0], (3, 1, 2), [float("nan"), 1.0, 2.0], ["a", "b"]]
    spans = [(0, 2), (1, 3), (None, 2), (-1, None)] if "queries" in code else 2
    return found + [(xs, spans) for xs in other]


def _outcome(code: str, arguments: tuple) -> object:
    scope: dict = {}
    exec(code, scope)
    arguments = copy.deepcopy(arguments)
    try:
        return repr(scope["f"](*arguments)), repr(arguments)
    except Exception as error:
        return type(error), str(error), repr(arguments)


@pytest.mark.parametrize(
    ("strategy", "code"), [(strategy, code) for strategy, codes in CODES.items() for code in codes]
)
def test_the_results_are_the_same(strategy: str, code: str) -> None:
    """Without elements, out of bounds, with floats that a sum would round differently, and where calls raise."""
    found = propose(SourceFile.from_text(code), "f", strategy=strategy)
    assert found
    for candidate in found:
        for arguments in _arguments(code):
            assert _outcome(code, arguments) == _outcome(candidate.new_source, arguments), arguments
