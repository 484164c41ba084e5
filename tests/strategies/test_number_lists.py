"""Inner loops that NumPy carries out give what the loops gave, for numbers of every kind and size."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import applicable_actions, propose
from velox_engine.strategies.propose import standing_in

BODIES = {
    "a list that is long enough only where it is read": """
    count = 0
    for i in range(len(b)):
        for j in range(i + 1, len(b)):
            if b[j] > 1000000 and a[i] > b[j]:
                count += 1
    return count
""",
    "indices that may lie before the start": """
    count = 0
    for i in range(len(b)):
        for y in b:
            if a[i - 3] + y > a[i - 1]:
                count += 1
    return count
""",
    "an int that equals the float before it": """
    found = []
    for x in a:
        best = 0.0
        for y in b:
            best = max(x - y, best)
        found.append(best)
    return found
""",
    "pairs by position": """
    count = 0
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            if a[i] + a[j] <= k and i + 1 != j:
                count += 2
    return count
""",
    "skipped ones": """
    count = 0
    for x in a:
        for y in b[1:]:
            if not x < y:
                continue
            gap = y - x
            if -k <= gap <= k or gap % 3 == 1:
                count += 1
    return count
""",
    "the first is enough": """
    for x in a:
        for y in b:
            if x * y == k:
                return True
    return False
""",
    "a flag": """
    hits = []
    for x in a:
        near = False
        for y in b:
            if abs(x - y) / 2 < 1:
                near = True
                break
        hits.append(near)
    return hits
""",
    "the largest": """
    best = 0
    for i in range(len(a)):
        for j in range(i, len(a)):
            area = min(a[i], a[j]) * (j - i)
            if area > best:
                best = area
    return best
""",
    "the smallest square": """
    best = 1000000
    for x in a:
        for y in b:
            if y != x:
                best = min(best, (x - y) ** 2)
    return best
""",
    "sums of one list": """
    out = []
    for x in a:
        total = 0
        for y in b:
            total += x * y - k
        out.append(total)
    return out
""",
    "sums under a condition": """
    out = []
    for x in a:
        total = 0.0
        for y in b:
            if y > x:
                total += y - x
        out.append(total)
    return out
""",
}


def _lists() -> list[list]:  # type: ignore[type-arg]
    nan, inf = float("nan"), float("inf")
    found: list[list] = [[], [3], [2.5], [1, 2, 3, 2, -7, 0], [0.1, 0.2, 0.30000000000000004, -0.5, 0.1]]
    found += [
        [1, 2.5, -3, 0.0, -0.0],
        [True, 2, 3],
        [nan, 1.0, nan, 0.5],
        [1.0, inf, -inf],
        [2**31, 2**53 + 1, 5],
    ]
    found += [[2**70, 1, -(2**64)], [1e300, -1e300, 1e-300], [None, 1], [np.int64(3), 4]]
    return [*found, *(one * 31 for one in found)]


def _outcome(function, arguments: tuple) -> str:  # type: ignore[no-untyped-def, type-arg]
    try:
        return repr(function(*arguments))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_arrays_give_what_the_loops_gave(body: str) -> None:
    """The same value of the same type, the same error, and no warning, in whichever of the proposed ways."""
    code = f"def f(a, b, k):{body}"
    found = propose(
        SourceFile.from_text(code), "f", strategy="numpy-inner-loop", may_import=frozenset({"numpy"})
    )
    assert found
    old: dict = {}
    exec(code, old)
    for candidate in found:
        new: dict = {}
        exec(candidate.new_source, new)
        lists = _lists()
        for a, b in [*zip(lists, lists, strict=True), *itertools.pairwise(lists[::-1])]:
            for k in (1, 0.5, -3):
                assert _outcome(old["f"], (a, b, k)) == _outcome(new["f"], (a, b, k)), (a, b, k)


def test_numpy_is_brought_in_only_where_it_may_be() -> None:
    """Without the permission a module that does not import NumPy is left alone, whoever asks."""
    code = f"# ours\n\ndef f(a: list[int], b, k: int):{BODIES['pairs by position']}"
    source, numpy = SourceFile.from_text(code), frozenset({"numpy"})
    (found,) = propose(source, "f", strategy="numpy-inner-loop", may_import=numpy)
    assert found.new_source.startswith("# ours\n\nimport numpy as np\n\n\ndef f")
    assert propose(source, "f", strategy="numpy-inner-loop") == []
    assert standing_in(source, "f", "numpy-inner-loop") is None
    assert standing_in(source, "f", "numpy-inner-loop", numpy) == "numpy-inner-loop"
    assert applicable_actions(source, "f", numpy) != applicable_actions(source, "f")
