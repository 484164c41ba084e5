"""Operators applied in C give what the comprehension gave, for whatever the elements are."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

EXPRESSIONS = (
    "sum(a != b for a, b in zip(x, y))",
    "[a - b for a, b in zip(x, y)]",
    "[abs(a - b) for a, b in zip(x, y)]",
    "max([a * b for a, b in zip(x, y)])",
    "any(a > b for a, b in zip(iter(x), y))",
    "all(x[i] <= x[i + 1] for i in range(len(x) - 1))",
    "tuple(x[i - 1] == x[i] for i in range(1, len(x)))",
)
NAN = float("nan")
ARGUMENTS = (
    ([], []), ([1], [1]), ([1, 2, 3], [1, 2]), ([3, 2, 2.5], [1, NAN, 0]), ("abc", "abd"), ([1, "a"], [2, 3]),
    ([NAN, NAN], [NAN, 1]), (None, [1]), ([1, 2, 2], (2, True, 0)), ([{1}, {1, 2}], [{1}, {3}]),
)  # fmt: skip


def behaviour(code: str, arguments: tuple[object, object]) -> str:
    """What a call returns or raises."""
    scope: dict[str, object] = {}
    exec(code, scope)
    try:
        return repr(scope["f"](*arguments))  # type: ignore[operator]
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_the_operator_gives_what_the_comprehension_gave(expression: str) -> None:
    """Pairs of different length, NaN, mixed types and nothing at all."""
    code = f"def f(x, y):\n    return {expression}\n"
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="operator-map")
    assert "map(operator." in candidate.new_source
    for arguments in ARGUMENTS:
        assert behaviour(candidate.new_source, arguments) == behaviour(code, arguments), arguments
