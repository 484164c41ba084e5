"""Counting digits through text gives what dividing gave, for everything that a number can be."""

from __future__ import annotations

import enum

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose


class Level(enum.IntEnum):
    """An int whose text is no number."""

    HIGH = 10


@pytest.mark.parametrize("cut", ["n //= 10", "n = int(n / 10)"])
@pytest.mark.parametrize("hint", ["", ": int"])
def test_the_count_is_the_same_for_every_kind_of_number(cut: str, hint: str) -> None:
    """Bools, enums, floats, negative numbers and those past what a float holds are counted as before."""
    code = f"def f(n{hint}):\n    count = 0\n    while n > 0:\n        {cut}\n        count += 1\n    return count, n\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="digits-at-once")
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    exec(code, old)
    exec(candidate.new_source, new)
    edges = [10**k + d for k in range(25) for d in (-1, 0, 1)]
    for number in (*edges, True, False, Level.HIGH, -7, *(() if hint else (12.5, 0.3))):
        assert new["f"](number) == old["f"](number), number  # type: ignore[operator]
