"""Comparing the ends first answers what comparing with the reverse answers, for texts and for lists of anything."""

from __future__ import annotations

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

NAN = float("nan")
LISTS = [
    [],
    [NAN],
    [NAN, 1, NAN],
    [1, NAN, float("nan")],
    [0.0, 2, -0.0],
    [[1], 2, [1]],
    [1, True],
    ["a", None],
]


@pytest.mark.parametrize("sign", ["==", "!="])
@pytest.mark.parametrize("form", ["x {} x[::-1]", "x[::-1] {} x"])
def test_the_answer_is_the_same(sign: str, form: str) -> None:
    """Elements are taken for equal by identity or equality at the ends as in the middle."""
    test = form.format(sign)
    for hint, values in (
        ("str", ["", "a", "ab", "aba", "abca"]),
        ("list", LISTS),
        ("tuple", [(), (1, 2), (NAN, 3)]),
    ):
        code = f"def f(x: {hint}):\n    return 1 + ({test})\n"
        (candidate,) = propose(SourceFile.from_text(code), "f", strategy="compare-ends")
        old: dict = {}
        new: dict = {}
        exec(code, old)
        exec(candidate.new_source, new)
        for value in values:
            assert old["f"](value) == new["f"](value), value
