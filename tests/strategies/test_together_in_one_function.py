"""Two places of one function are rewritten together, even where both need the same import."""

from __future__ import annotations

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

TABLES = (
    "def f(xs: list[int]) -> list[int]:\n    sums = [0] * (len(xs) + 1)\n    for i in range(len(xs)):\n"
    "        sums[i + 1] = sums[i] + xs[i]\n    lows = [0] * (len(xs) + 1)\n    for i in range(len(xs)):\n"
    "        lows[i + 1] = min(lows[i], xs[i])\n    return sums + lows\n"
)


def test_one_import_serves_both_places() -> None:
    """The first candidate carries out both, with one import; then each place alone."""
    found = [one.new_source for one in propose(SourceFile.from_text(TABLES), "f", strategy="running-table")]
    assert [text.count("= accumulate(") for text in found] == [2, 1, 1]
    assert {text.count("from itertools import accumulate") for text in found} == {1}
    scope: dict[str, object] = {}
    exec(found[0], scope)
    assert scope["f"]([3, -5, 4]) == [0, 3, -2, 2, 0, 0, -5, -5]  # type: ignore[operator]
