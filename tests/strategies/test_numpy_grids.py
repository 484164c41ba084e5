"""Elements computed by whole slices have the bits, the type and the errors of those computed one by one."""

from __future__ import annotations

import copy
import itertools
import warnings

import numpy as np
import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

IMPORT = "import numpy as np\n\n\n"
SHAPE = "    n, m = a.shape\n    out = np.zeros((n, m))\n"
NEST = "    for i in range(n):\n        for j in range(m):\n            "
BODIES = {
    "a map of two": SHAPE + NEST + "out[i, j] = (a[i, j] - b[i, j]) * -2\n    return out\n",
    "by two subscripts": SHAPE + NEST + "out[i][j] = a[i][j] / b[i][j]\n    return out\n",
    "a choice": (
        SHAPE + NEST + "if a[i, j] > x and not b[i, j] == 0:\n                out[i, j] = a[i, j]\n"
        "            elif a[i, j] < 0:\n                out[i, j] += b[i, j]\n    return out\n"
    ),
    "extremes": SHAPE + NEST + "out[i, j] = max(0, min(a[i, j], b[i, j]))\n    return out\n",
    "remainders": SHAPE + NEST + "out[i, j] = a[i, j] % x + a[i, j] // 3\n    return out\n",
    "a name in between": SHAPE + NEST + "d = a[i, j] - x\n            out[i, j] = d * d\n    return out\n",
    "turned": "    n, m = a.shape\n    out = np.empty((m, n))\n" + NEST + "out[j, i] = a[i, j]\n    return out\n",
    "vectors": SHAPE + NEST + "out[i, j] = abs(a[i, 0] - b[0, j])\n    return out\n",
    "pairs of two vectors": (
        "    n, m = len(a), len(b)\n    out = np.ones((n, m))\n" + NEST + "out[i, j] -= a[i] * b[j]\n    return out\n"
    ),
    "whole numbers": (
        "    n, m = a.shape\n    out = np.zeros((n, m), dtype=int)\n" + NEST
        + "out[i, j] = a[i, j] * 3 - b[i, j]\n    return out, out.dtype\n"
    ),
    "a mask": (
        "    n, m = a.shape\n    out = np.zeros((n, m), dtype=bool)\n" + NEST
        + "out[i, j] = a[i, j] > x or b[i, j] <= 1\n    return out, out.dtype\n"
    ),
    "like another": (
        "    out = np.zeros_like(a)\n    n, m = a.shape\n" + NEST
        + "out[i, j] = -a[i, j]\n    return out\n"
    ),
    "in place": "    n, m = a.shape\n" + NEST + "if a[i, j] > x:\n                a[i, j] = x\n    return a\n",
    "neighbours": (
        SHAPE + "    for i in range(1, n - 1):\n        for j in range(0, m - 2):\n"
        "            out[i, j + 1] = a[i - 1, j] + x * (a[i + 1, j + 2] - a[i, j])\n    return out\n"
    ),
    "neighbours in a row": (
        "    out = np.zeros(len(a))\n    for i in range(1, len(a)):\n        out[i] = a[i] - a[i - 1]\n    return out\n"
    ),
    "steps in time": (
        "    n, m = a.shape\n    for _ in range(3):\n        new = np.zeros((n, m))\n"
        "        for i in range(1, n - 1):\n            for j in range(1, m - 1):\n"
        "                new[i, j] = (a[i - 1, j] + a[i + 1, j]) / 2\n        a = new.copy()\n    return a\n"
    ),
    "a product": (
        "    n, p = a.shape\n    m = b.shape[1]\n    out = np.zeros((n, m))\n" + NEST
        + "for k in range(p):\n                out[i, j] += a[i, k] * b[k, j]\n    return out\n"
    ),
    "distances": (
        "    n, d = a.shape\n    m = len(b)\n    out = np.empty((n, m))\n" + NEST
        + "total = 0\n            for k in range(d):\n                gap = a[i, k] - b[j, k]\n"
        "                total += gap * gap\n            out[i, j] = np.sqrt(total)\n    return out\n"
    ),
    "sums of rows": (
        "    n, m = a.shape\n    out = np.zeros(n)\n    for i in range(n):\n        for j in range(m):\n"
        "            out[i] += a[i, j]\n    return out\n"
    ),
    "means of columns": (
        "    n, m = a.shape\n    out = np.zeros(m)\n    for j in range(m):\n        s = 0.0\n"
        "        for i in range(n):\n            s += a[i, j]\n        out[j] = s / n\n    return out\n"
    ),
    "largest of rows": (
        "    n, m = a.shape\n    out = np.zeros(n)\n    for i in range(n):\n        best = -1\n"
        "        for j in range(m):\n            best = max(best, a[i, j])\n        out[i] = best\n    return out\n"
    ),
}  # fmt: skip

TOTALS = {
    "a count": (
        "    c = 0\n    n, m = a.shape\n" + NEST + "if a[i, j] > x and b[i, j] > 0:\n"
        "                c += 3\n    return c\n"
    ),
    "a sum": "    n, m = a.shape\n    t = 0\n" + NEST + "t += a[i, j] * b[i, j]\n    return t\n",
    "by columns": (
        "    t = 0.0\n    for j in range(a.shape[1]):\n        for i in range(a.shape[0]):\n"
        "            t += a[i, j]\n    return t\n"
    ),
    "by element": "    t = 0\n    for one in a:\n        t += one\n    return t\n",
    "of some": (
        "    t = 0.0\n    for i in range(1, len(a)):\n        if a[i] > a[i - 1]:\n            t += a[i] - x\n"
        "    return t\n"
    ),
    "odd ones": "    c = 0\n    for one in a:\n        if not one % 2 < x:\n            c += 1\n    return c\n",
}  # fmt: skip
CASES = [
    pytest.param(strategy, body, id=name)
    for strategy, bodies in (("numpy-grid", BODIES), ("numpy-total", TOTALS))
    for name, body in bodies.items()
]


def _arrays() -> list[np.ndarray]:
    chance = np.random.default_rng(5)
    found: list[np.ndarray] = []
    for shape in ((4, 5), (4, 4), (3, 4), (1, 1), (2, 2), (0, 3), (3, 0), (5,), (4,), (0,), (2, 3, 4)):
        floats = chance.normal(size=shape) * 10.0 ** chance.integers(-9, 9, size=shape)
        found += [floats, chance.integers(-9, 9, size=shape)]
    strange = np.array([[0.0, -0.0, np.nan, np.inf], [-np.inf, 1e38, 5e-324, 1.0]] * 2)
    found += [strange, strange.T, strange[:, ::-1], strange.astype(np.float32)]
    found += [np.full((4, 4), 2**62), np.ones((4, 4), dtype=np.uint8), np.ones((4, 4), dtype=bool)]
    found += [np.ones((4, 4), dtype=complex), np.ones((4, 4), dtype=object), np.asfortranarray(found[0])]
    return found


def _outcome(function, arguments: tuple) -> object:  # type: ignore[no-untyped-def]
    arguments = copy.deepcopy(arguments)
    try:
        result = function(*arguments)
    except Exception as error:
        return type(error), str(error)
    shown = np.asarray(result[0] if isinstance(result, tuple) else result)
    # The bits of a NaN are no value.
    bits = np.where(np.isnan(shown), 0.0, shown).tobytes() if shown.dtype.kind in "fc" else shown.tobytes()
    return type(result), repr(result), shown.dtype, bits, repr(arguments)


@pytest.mark.parametrize(("strategy", "body"), CASES)
def test_slices_give_what_the_loops_gave(strategy: str, body: str) -> None:
    """Arrays of other types, sizes and dimensions, without elements, with NaN, and lists included."""
    code = f"{IMPORT}def f(a: np.ndarray, b: np.ndarray, x: float):\n{body}"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy=strategy)
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    arrays = _arrays()
    pairs = [(a, a) for a in arrays] + list(itertools.pairwise(arrays)) + [(arrays[0], arrays[8].T)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for a, b in [*pairs, (arrays[2].tolist(), arrays[2].tolist())]:
            for x in (0.3, 2, float("nan"), np.float64(1.5), 10**400, None)[: None if " x" in body else 1]:
                assert _outcome(old["f"], (a, b, x)) == _outcome(new["f"], (a, b, x)), (a, b, x)
