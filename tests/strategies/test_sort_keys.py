"""Keys that are read in C put everything in the order that the lambda put it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

ROWS = [SimpleNamespace(size=n % 3, name=SimpleNamespace(first="ab"[n % 2])) for n in range(7)]
PAIRS = [(n % 3, "ab"[n % 2], n) for n in range(7)]


@pytest.mark.parametrize(
    ("key", "written", "given"),
    [
        ("lambda row: row.size", 'attrgetter("size")', ROWS),
        ("lambda row: (row.name.first, row.size)", 'attrgetter("name.first", "size")', ROWS),
        ("lambda row: (row[1], row[0])", "itemgetter(1, 0)", PAIRS),
        ("lambda row: len(row)", "key=len", ["abc", "a", "", "bc"]),
        ("lambda row: row.size", 'attrgetter("size")', [1, 2]),
        ("lambda row: (row[1], row[0])", "itemgetter(1, 0)", [(1,), (2,)]),
    ],
)
def test_the_order_is_the_same(key: str, written: str, given: list[object]) -> None:
    """Equal keys keep their order, and what has no such item or attribute raises the same error."""
    code = f"def f(rows):\n    return sorted(rows, key={key})\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="sort-keys")
    assert written in candidate.new_source
    results = []
    for text in (code, candidate.new_source):
        scope: dict[str, object] = {}
        exec(text, scope)
        try:
            results.append(repr(scope["f"](list(given))))  # type: ignore[operator]
        except Exception as error:
            results.append(repr(error))
    assert results[0] == results[1]
