"""Elements that are dropped at once are those that were dropped one by one."""

from __future__ import annotations

import itertools

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

LEADING = (
    "def f(a, b):\n    xs = a.split('/')\n    while len(xs) > 0 and xs[0] == 'a' and not xs[0].isupper():\n"
    "        del xs[0]\n    return xs\n"
).replace("(a, b)", "(a: str, b: str)")
SHARED = (
    "def f(a: str, b: str):\n    xs = a.split('/')\n    ys = b.split('/')\n    for x, y in zip(xs[1:], ys[1:]):\n"
    "        if x != y:\n            break\n        xs.pop(0)\n        ys.pop(0)\n    return xs, ys\n"
)
PATHS = ["/".join(parts) for length in range(4) for parts in itertools.product("aB", repeat=length)]


@pytest.mark.parametrize("code", [LEADING, SHARED])
def test_what_remains_is_the_same(code: str) -> None:
    """Nothing, everything and a part is dropped."""
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="drop-front")
    assert "pop(0)" not in candidate.new_source and "del xs[0]" not in candidate.new_source
    old: dict[str, object] = {}
    new: dict[str, object] = {}
    exec(code, old)
    exec(candidate.new_source, new)
    for left, right in itertools.product(PATHS, repeat=2):
        assert new["f"](left, right) == old["f"](left, right)  # type: ignore[operator]
