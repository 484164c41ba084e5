"""A list that is only measured is counted: the same numbers, and what raised still raises."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

BODIES = (
    "    for i in range(len(xs)):\n        if xs[i] > 2:\n            found.append(xs[i])\n",
    "    for i in range(len(xs)):\n        for j in range(i + 1, len(xs)):\n            if xs[i] + xs[j] == 4:\n"
    "                found += [(xs[i], xs[j], i)]\n",
    "    for x in xs:\n        if not found and x > 1:\n            found += [x, 'first']\n"
    "        else:\n            found.append((1, x))\n",
    "    while len(found) < 3:\n        found.append(None)\n",
)


@pytest.mark.parametrize("body", BODIES)
def test_the_count_is_the_same(body: str) -> None:
    """Also where the loop asks on the way whether there is anything yet."""
    code = f"def f(xs):\n    found = []\n{body}    if found:\n        return len(found)\n    return -len(found)\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="count-only")
    assert "found = 0\n" in candidate.new_source and "len(found)" not in candidate.new_source
    old: dict = {}
    new: dict = {}
    exec(code, old)
    exec(candidate.new_source, new)
    for xs in ([], [1], [3, 1, 3, 5], [2, 2, 2], [float("nan"), 4], ["a"], [[1]], 5):
        answers: list[object] = []
        for scope in (old, new):
            try:
                answers.append(repr(scope["f"](xs)))
            except TypeError as error:
                answers.append(repr(error))
        assert answers[0] == answers[1], xs
