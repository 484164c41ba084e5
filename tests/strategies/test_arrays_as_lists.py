"""An array that is filled as a list is the array that was filled: the same values, the same type."""

from __future__ import annotations

import numpy as np
import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

HEAD = "import numpy as np\n\n\ndef f(n: int, xs: list[float], limit: float):\n"
BODIES = {
    "a recurrence": (
        "    a = np.zeros(n + 1)\n    for i in range(n):\n"
        "        a[i + 1] = a[i] + 1 if xs[i] > limit else 0.5\n    return a\n"
    ),
    "extremes": (
        "    a = np.ones(n)\n    for i in range(1, n):\n        if xs[i] > a[i - 1]:\n"
        "            a[i] = max(a[i - 1] - 0.5, a[i])\n    return np.sum(a), a.dtype\n"
    ),
    "two loops": (
        "    a = np.zeros(n, dtype=float)\n    for i in range(n):\n        a[i] += i\n    b = 2\n"
        "    for i in range(n - 1, 0, -1):\n"
        "        a[i - 1] = min(a[i] - n, 1.5) if a[i] < limit else -1.0\n    return a * b\n"
    ),
    "counts": (
        "    a = np.zeros(n, dtype=int)\n    for i in range(n * 3):\n        a[i % n] += 1\n"
        "        a[i % n] -= 2\n    return a, a.dtype\n"
    ),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.filterwarnings("error")
def test_the_array_is_the_same(body: str) -> None:
    """NaN, infinities and an array without elements included; neither version warns of anything."""
    (candidate,) = propose(SourceFile.from_text(HEAD + body), "f", strategy="array-by-elements")
    assert ".tolist()" in candidate.new_source
    old: dict = {}
    new: dict = {}
    exec(HEAD + body, old)
    exec(candidate.new_source, new)
    xs = [0.1, -0.0, 1e308, float("nan"), float("inf"), 2.5, -7.1]
    for n in range(8):
        for limit in (0.3, 10.0, float("inf")):
            before, after = (scope["f"](n, list(xs), limit) for scope in (old, new))
            assert repr(before) == repr(after)
            if isinstance(before, np.ndarray):
                known = before == before  # the sign of a NaN is no value
                assert before[known].tobytes() == after[known].tobytes() and before.dtype == after.dtype


def test_a_size_that_no_array_may_have_raises_as_before() -> None:
    """The array is still made first."""
    code = HEAD + BODIES["a recurrence"]
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="array-by-elements")
    new: dict = {}
    exec(candidate.new_source, new)
    with pytest.raises(ValueError, match="negative dimensions"):
        new["f"](-5, [], 1.0)


READ = """import numpy as np


def f(n, start):
    tastes = []
    for i in range(n):
        tastes.append(start + i)
    sizes = np.abs(tastes)
    least = min(sizes)
    for j in range(n):
        if least == sizes[j]:
            return tastes[j], j
    return None
"""


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_array_that_is_only_compared_is_read_as_a_list() -> None:
    """Where the elements may be arrays themselves, the array is left what it is."""
    (candidate,) = propose(SourceFile.from_text(READ), "f", strategy="array-to-list")
    assert "    if sizes.ndim == 1:\n        sizes = sizes.tolist()\n" in candidate.new_source
    old: dict = {}
    new: dict = {}
    exec(READ, old)
    exec(candidate.new_source, new)
    for n in range(5):
        for start in (-2, 0, 3, 0.5, float("nan"), 10**30, -(2**63), np.arange(3), 2j, "x"):
            answers = []
            for scope in (old, new):
                try:
                    answers.append(repr(scope["f"](n, start)))
                except (TypeError, ValueError) as error:
                    answers.append(repr(type(error)))
            assert answers[0] == answers[1], (n, start)
